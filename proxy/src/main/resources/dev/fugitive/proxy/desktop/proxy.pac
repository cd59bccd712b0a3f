// Which way a URL goes: through Fugitive and, where it does not answer, directly; or directly at
// once. SELF, PROXY, BYPASS and TRUSTED are set above this line. Plain ECMAScript 3 that calls no
// function of the engine's, and looks up no name: every browser asks this for every request.

var NEAR_NETS = [
  ["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16],
  ["172.16.0.0", 12], ["192.168.0.0", 16], ["224.0.0.0", 3]
];
var NEAR_NAMES = /\.(localhost|local|internal|intranet|private|corp|home|lan|localdomain|home\.arpa)$/;
var NEAR_V6 = /^(::|::1|::ffff:.*|f[cd][0-9a-f]{2}:.*|fe[89a-f][0-9a-f]:.*|ff[0-9a-f]{2}:.*)$/;

function FindProxyForURL(url, host) {
  var name = canonical(host);
  var port = portOf(url);
  if (port === "" || name + ":" + port === SELF || isAmong(BYPASS, name, port)) {
    return "DIRECT";
  }
  return isAmong(TRUSTED, name, port) || !isNear(name) ? PROXY : "DIRECT";
}

function canonical(host) {
  return host.toLowerCase().replace(/^\[|\]$/g, "").replace(/\.+$/, "");
}

// The port of an HTTP URL; empty where the URL is of another scheme.
function portOf(url) {
  var parts = /^(http|https|ws|wss):\/\/(?:[^\/?#@]*@)?(?:\[[^\]]*\]|[^\/?#:]*)(?::([0-9]*))?/i.exec(url);
  if (parts === null) {
    return "";
  }
  return parts[2] || (/s$/i.test(parts[1]) ? "443" : "80");
}

function isAmong(rules, name, port) {
  for (var i = 0; i < rules.length; i++) {
    if ((rules[i].port === "" || rules[i].port === port) && matches(rules[i], name)) {
      return true;
    }
  }
  return false;
}

function matches(rule, name) {
  switch (rule.kind) {
    case "host": return name === rule.value;
    case "below": return endsWith(name, "." + rule.value);
    case "glob": return isLike(name, rule.value.split("*"));
    case "net": return isInNetwork(name, rule.value, rule.bits);
    default: return false;
  }
}

// Whether a name is made of these parts, with anything between them.
function isLike(name, parts) {
  var last = parts[parts.length - 1];
  if (name.indexOf(parts[0]) !== 0 || !endsWith(name, last)) {
    return false;
  }
  var from = parts[0].length;
  for (var i = 1; i < parts.length - 1; i++) {
    var found = name.indexOf(parts[i], from);
    if (found < 0) {
      return false;
    }
    from = found + parts[i].length;
  }
  return from <= name.length - last.length;
}

// Names and addresses of this machine and the networks around it, by their spelling alone.
function isNear(name) {
  if (name.indexOf(":") >= 0) {
    return NEAR_V6.test(name);
  }
  if (name.indexOf(".") < 0 || NEAR_NAMES.test(name)) {
    return true;
  }
  if (!/\.(?:[0-9]+|0x[0-9a-f]*)$/.test(name)) {
    return false;
  }
  if (numberOf(name) === null) {
    return true;
  }
  for (var i = 0; i < NEAR_NETS.length; i++) {
    if (isInNetwork(name, NEAR_NETS[i][0], NEAR_NETS[i][1])) {
      return true;
    }
  }
  return false;
}

function isInNetwork(name, network, bits) {
  var address = numberOf(name);
  var size = Math.pow(2, 32 - bits);
  return address !== null && Math.floor(address / size) === Math.floor(numberOf(network) / size);
}

// An IPv4 address in four plain decimal numbers as one; null where the name is none.
function numberOf(name) {
  var parts = /^(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$/.exec(name);
  var number = 0;
  for (var i = 1; parts !== null && i <= 4; i++) {
    number = parts[i] > 255 ? NaN : number * 256 + Number(parts[i]);
  }
  return parts === null || isNaN(number) ? null : number;
}

function endsWith(text, end) {
  var at = text.length - end.length;
  return at >= 0 && text.indexOf(end, at) === at;
}

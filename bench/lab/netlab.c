// netlab: an internet in one process. Each host is a network namespace whose only link is a TUN device held here.
// A packet crosses its sender's uplink (rate, drop-tail queue), the sum of both hosts' one-way delays (plus jitter),
// and its receiver's downlink (rate, drop-tail queue). Losses are drawn per uplink. Counters per host on stdout at exit.
// build: gcc -O2 -o netlab netlab.c   usage (root): netlab CONF [SEED]
// CONF, a line a host: name ip up_mbit down_mbit delay_ms jitter_ms loss_percent queue_ms
// run on a host: ip netns exec lab-NAME COMMAND   counters now: kill -USR1   end, namespaces removed: kill -TERM
// Where standard input is a pipe, lines on it are commands: "count" prints the counters, "set" and a line of CONF (its address
// is ignored) reshapes a host at once and prints "set NAME"; its end ends the program.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_HOSTS 512
#define MTU 1500
typedef uint64_t ns_t;

struct host { char name[32]; char device[IFNAMSIZ]; uint32_t ip; int fd; double up, down; ns_t delay, jitter, queue; double loss;
  ns_t up_free, down_free; uint64_t tx, rx, tx_pkts, rx_pkts, dropped; };
struct packet { ns_t at; uint64_t seq; int to; int stage; int len; unsigned char data[MTU]; };

static struct host hosts[MAX_HOSTS]; static int host_count;
static struct packet **heap; static int heap_len, heap_cap; static uint64_t next_seq;
static struct packet *pool[65536]; static int pool_len;
static volatile sig_atomic_t stop, report;

static ns_t now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ull + t.tv_nsec; }
static int before(struct packet *a, struct packet *b) { return a->at != b->at ? a->at < b->at : a->seq < b->seq; }
static void push(struct packet *p) {
  p->seq = next_seq++;
  if (heap_len == heap_cap) heap = realloc(heap, sizeof *heap * (heap_cap = heap_cap ? heap_cap * 2 : 4096));
  int i = heap_len++;
  while (i && before(p, heap[(i - 1) / 2])) { heap[i] = heap[(i - 1) / 2]; i = (i - 1) / 2; }
  heap[i] = p;
}
static struct packet *pop(void) {
  struct packet *top = heap[0], *last = heap[--heap_len]; int i = 0;
  for (;;) {
    int c = 2 * i + 1;
    if (c >= heap_len) break;
    if (c + 1 < heap_len && before(heap[c + 1], heap[c])) c++;
    if (!before(heap[c], last)) break;
    heap[i] = heap[c];
    i = c;
  }
  heap[i] = last; return top;
}
static struct packet *take(void) { return pool_len ? pool[--pool_len] : malloc(sizeof(struct packet)); }
static void give(struct packet *p) { if (pool_len < 65536) pool[pool_len++] = p; else free(p); }
static uint64_t seed = 0x9E3779B97F4A7C15ull;
static double uniform(void) { uint64_t s = seed; s ^= s << 13; s ^= s >> 7; s ^= s << 17; seed = s; return (s >> 11) / 9007199254740992.0; }
static int find(uint32_t ip) {
  for (int i = 0; i < host_count; i++)
    if (hosts[i].ip == ip) return i;
  return -1;
}
// departure time over a link that is free at *free_at, or 0 where its queue is full
static ns_t depart(ns_t t, ns_t *free_at, double mbit, ns_t queue, int len) {
  ns_t start = *free_at > t ? *free_at : t;
  if (start - t > queue) return 0;
  return *free_at = start + (ns_t)(len * 8000.0 / mbit);
}
static void from_host(int i, struct packet *p, ns_t t) {
  struct host *h = &hosts[i]; uint32_t dst; memcpy(&dst, p->data + 16, 4);
  int j = (p->data[0] >> 4) == 4 ? find(dst) : -1;
  if (j < 0) { give(p); return; }
  h->tx += p->len; h->tx_pkts++;
  ns_t d = depart(t, &h->up_free, h->up, h->queue, p->len);
  if (!d || (h->loss > 0 && uniform() * 100 < h->loss)) { h->dropped++; give(p); return; }
  p->at = d + h->delay + hosts[j].delay + (h->jitter ? (ns_t)(uniform() * h->jitter) : 0);
  p->to = j; p->stage = 0; push(p);
}
static void on_signal(int s) { if (s == SIGUSR1) report = 1; else stop = 1; }
static void print_counts(void) {
  for (int i = 0; i < host_count; i++) printf("%s tx_bytes %lu rx_bytes %lu tx_pkts %lu rx_pkts %lu dropped %lu\n", hosts[i].name,
    hosts[i].tx, hosts[i].rx, hosts[i].tx_pkts, hosts[i].rx_pkts, hosts[i].dropped);
  fflush(stdout);
}
static int parse(const char *line, struct host *h, char *ip) {
  double delay, jitter, queue;
  if (sscanf(line, "%31s %31s %lf %lf %lf %lf %lf %lf", h->name, ip, &h->up, &h->down, &delay, &jitter, &h->loss, &queue) != 8) return 0;
  h->delay = delay * 1e6; h->jitter = jitter * 1e6; h->queue = queue * 1e6;
  return 1;
}
static void reshape(const char *line) {
  struct host to; char ip[32];
  if (!parse(line, &to, ip)) return;
  for (int i = 0; i < host_count; i++) {
    struct host *h = &hosts[i];
    if (strcmp(h->name, to.name)) continue;
    h->up = to.up; h->down = to.down; h->delay = to.delay; h->jitter = to.jitter; h->loss = to.loss; h->queue = to.queue;
    printf("set %s\n", h->name); fflush(stdout);
  }
}
static void obey(void) {
  static char text[65536]; static int len;
  int n = read(0, text + len, sizeof text - 1 - len);
  if (n <= 0) { if (!(n < 0 && errno == EINTR)) stop = 1; return; }
  len += n; text[len] = 0;
  char *start = text, *end;
  while ((end = strchr(start, '\n'))) {
    *end = 0;
    if (!strcmp(start, "count")) report = 1;
    else if (!strncmp(start, "set ", 4)) reshape(start + 4);
    if (report) { report = 0; print_counts(); }
    start = end + 1;
  }
  len -= start - text; memmove(text, start, len);
  if (len == sizeof text - 1) len = 0;
}
int main(int argc, char **argv) {
  if (argc != 2 && argc != 3) { fprintf(stderr, "usage: netlab CONF [SEED]\n"); return 2; }
  if (argc == 3) seed ^= strtoull(argv[2], NULL, 10) * 0xBF58476D1CE4E5B9ull;
  if (!seed) seed = 1;
  FILE *f = fopen(argv[1], "r"); if (!f) { perror(argv[1]); return 2; }
  char line[256]; int ep = epoll_create1(0);
  while (fgets(line, sizeof line, f)) {
    struct host *h = &hosts[host_count]; char ip[32];
    if (line[0] == '#' || !parse(line, h, ip)) continue;
    h->ip = inet_addr(ip); snprintf(h->device, IFNAMSIZ, "n%d-%d", (int) getpid(), host_count);
    struct ifreq r; memset(&r, 0, sizeof r); r.ifr_flags = IFF_TUN | IFF_NO_PI; memcpy(r.ifr_name, h->device, IFNAMSIZ);
    h->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    if (h->fd < 0 || ioctl(h->fd, TUNSETIFF, &r) < 0) { perror("tun"); return 1; }
    char cmd[512]; snprintf(cmd, sizeof cmd, "ip netns add lab-%s 2>/dev/null; ip link set %s netns lab-%s && ip -n lab-%s link set lo up && ip -n lab-%s addr add %s/16 dev %s && ip -n lab-%s link set %s txqueuelen 2000 up && ip -n lab-%s route add default dev %s",
      h->name, h->device, h->name, h->name, h->name, ip, h->device, h->name, h->device, h->name, h->device);
    if (system(cmd)) { fprintf(stderr, "could not set up %s\n", h->name); return 1; }
    struct epoll_event e = { .events = EPOLLIN, .data.u32 = host_count }; epoll_ctl(ep, EPOLL_CTL_ADD, h->fd, &e);
    if (++host_count == MAX_HOSTS) break;
  }
  signal(SIGPIPE, SIG_IGN); // whoever reads the counters may be gone: the namespaces are removed all the same
  signal(SIGINT, on_signal); signal(SIGTERM, on_signal); signal(SIGUSR1, on_signal);
  struct stat in;
  if (!fstat(0, &in) && S_ISFIFO(in.st_mode)) { struct epoll_event e = { .events = EPOLLIN, .data.u32 = MAX_HOSTS }; epoll_ctl(ep, EPOLL_CTL_ADD, 0, &e); }
  printf("ready %d hosts\n", host_count); fflush(stdout);
  struct epoll_event ev[64];
  while (!stop) {
    if (report) { report = 0; print_counts(); }
    ns_t t = now();
    while (heap_len && heap[0]->at <= t) {
      struct packet *p = pop(); struct host *h = &hosts[p->to];
      if (p->stage == 0) {
        ns_t d = depart(p->at, &h->down_free, h->down, h->queue, p->len);
        if (!d) { h->dropped++; give(p); continue; }
        p->at = d; p->stage = 1; push(p);
      } else { if (write(h->fd, p->data, p->len) == p->len) { h->rx += p->len; h->rx_pkts++; } give(p); }
    }
    struct timespec wait = { 1, 0 }, *w = &wait;
    if (heap_len) { t = now(); ns_t d = heap[0]->at > t ? heap[0]->at - t : 0; wait.tv_sec = d / 1000000000ull; wait.tv_nsec = d % 1000000000ull; }
    int n = syscall(SYS_epoll_pwait2, ep, ev, 64, w, NULL, 8);
    for (int k = 0; k < n; k++) for (int b = 0; b < 32; b++) {
      if (ev[k].data.u32 == MAX_HOSTS) { obey(); break; }
      struct packet *p = take(); p->len = read(hosts[ev[k].data.u32].fd, p->data, MTU);
      if (p->len <= 0) { give(p); break; }
      from_host(ev[k].data.u32, p, now());
    }
  }
  print_counts();
  for (int i = 0; i < host_count; i++) {
    char cmd[128];
    close(hosts[i].fd);
    snprintf(cmd, sizeof cmd, "ip netns del lab-%s", hosts[i].name);
    if (system(cmd)) fprintf(stderr, "could not remove lab-%s\n", hosts[i].name);
  }
  return 0;
}

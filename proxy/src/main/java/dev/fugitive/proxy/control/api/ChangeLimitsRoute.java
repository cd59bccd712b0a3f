package dev.fugitive.proxy.control.api;

import dev.fugitive.proxy.config.Choices;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.config.UploadChoices;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.ApiRequest;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.JsonObject;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * {@code POST limits}: changes what may be uploaded. The members are settings by their keys, with
 * values as in the configuration file; {@code by} says where they were given.
 */
public record ChangeLimitsRoute(UploadControls controls) implements ApiRoute {
  private static final String BY = "by";

  @Override
  public Endpoint endpoint() {
    return Endpoint.changing("limits");
  }

  @Override
  public Object answer(ApiRequest request) throws ApiException {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (String name : request.body().names()) {
      if (!name.equals(BY)) {
        values.put(setting(name), request.body().requireText(name));
      }
    }
    try {
      controls.change(values, how(request.body()));
    } catch (SettingsException refused) {
      throw ApiException.malformed(String.valueOf(refused.getMessage()));
    } catch (IOException notRemembered) {
      throw ApiException.impossible(String.valueOf(notRemembered.getMessage()));
    }
    return controls.report();
  }

  private static Setting setting(String name) throws ApiException {
    Optional<Setting> setting = Setting.ofKey(name).filter(UploadChoices.SETTINGS::contains);
    if (setting.isEmpty()) {
      throw ApiException.malformed(
          "setting: "
              + name
              + " (expected: one of "
              + String.join(", ", new TreeSet<>(UploadChoices.keys()))
              + ")");
    }
    return setting.get();
  }

  private static Choices.How how(JsonObject body) throws ApiException {
    String by = body.text(BY).orElse("dashboard");
    return switch (by) {
      case "dashboard" -> Choices.How.DASHBOARD;
      case "command" -> Choices.How.COMMAND;
      default -> throw ApiException.malformed("by: " + by + " (expected: dashboard or command)");
    };
  }
}

// cli: options that take one of a few words.
#ifndef WARD_SRC_CLI_CHOICE_H_
#define WARD_SRC_CLI_CHOICE_H_

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ward::cli {

// A wrong word is an error that lists them.
template <typename Value>
void AddChoice(CLI::App& command, const std::string& flag, Value& value, const std::string& description,
               std::vector<std::pair<std::string, Value>> choices) {
  std::string words;
  for (const auto& [word, ignored] : choices) words += (words.empty() ? "" : "|") + word;
  command
      .add_option_function<std::string>(
          flag,
          [&value, flag, words, choices = std::move(choices)](const std::string& text) {
            for (const auto& [word, chosen] : choices) {
              if (word != text) continue;
              value = chosen;
              return;
            }
            throw CLI::ValidationError(fmt::format("error: {} is one of {}, not `{}`", flag, words, text));
          },
          description)
      ->type_name(words);
}

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_CHOICE_H_

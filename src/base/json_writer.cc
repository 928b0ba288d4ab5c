#include "base/json_writer.h"

#include <fmt/format.h>

#include <iterator>

#include "base/json_text.h"

namespace ward::base {

void JsonWriter::Key(std::string_view key) {
  Next();
  AppendJsonString(json_, key);
  json_.push_back(':');
}

void JsonWriter::Text(std::string_view key, std::string_view text) {
  Key(key);
  AppendJsonString(json_, text);
}

void JsonWriter::Number(std::string_view key, std::int64_t number) {
  Key(key);
  fmt::format_to(std::back_inserter(json_), "{}", number);
}

void JsonWriter::Bool(std::string_view key, bool value) {
  Key(key);
  json_.append(value ? "true" : "false");
}

void JsonWriter::String(std::string_view text) {
  Next();
  AppendJsonString(json_, text);
}

void JsonWriter::Integer(std::int64_t number) {
  Next();
  fmt::format_to(std::back_inserter(json_), "{}", number);
}

}  // namespace ward::base

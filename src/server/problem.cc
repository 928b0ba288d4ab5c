#include "server/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/json_text.h"

namespace ward::server {
namespace {

struct Phrase {
  std::uint16_t status;
  std::string_view text;
};
// Of the statuses that a refusal may have, by number.
constexpr std::array<Phrase, 32> kPhrases{{
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
}};

void AddMember(std::string& json, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  json += json.back() == '{' ? "\"" : ",\"";
  json += name;
  json += "\":";
  base::AppendJsonString(json, value);
}

}  // namespace

std::string_view StatusPhrase(std::uint16_t status) {
  const auto* found = std::lower_bound(kPhrases.begin(), kPhrases.end(), status,
                                       [](const Phrase& row, std::uint16_t wanted) { return row.status < wanted; });
  if (found != kPhrases.end() && found->status == status) return found->text;
  if (status >= 500) return "Server Error";
  return status >= 400 ? "Client Error" : "Redirection";
}

std::string_view ProblemWriter::Write(const Problem& problem) {
  text_.assign("{");
  AddMember(text_, "type", problem.type);
  AddMember(text_, "title", problem.title.empty() ? StatusPhrase(problem.status) : problem.title);
  fmt::format_to(std::back_inserter(text_), ",\"status\":{}", problem.status);
  AddMember(text_, "detail", problem.detail);
  AddMember(text_, "instance", problem.instance);
  text_ += "}\n";
  return text_;
}

}  // namespace ward::server

#include "server/problem.h"

#include <fmt/format.h>

#include <iterator>

#include "base/json_text.h"

namespace ward::server {
namespace {

void AddMember(std::string& json, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  json += json.back() == '{' ? "\"" : ",\"";
  json += name;
  json += "\":";
  base::AppendJsonString(json, value);
}

}  // namespace

std::string_view StatusPhrase(std::uint16_t status) {
  switch (status) {
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 451:
      return "Unavailable For Legal Reasons";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      break;
  }
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

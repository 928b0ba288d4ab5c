#include "server/challenge.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace ward::server {
namespace {

constexpr bool IsPlain(char c) { return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\'; }

bool IsWord(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return IsPlain(c) && c != ' '; });
}

constexpr std::string_view ErrorName(ChallengeError error) {
  switch (error) {
    case ChallengeError::kNone:
      return "";
    case ChallengeError::kInvalidRequest:
      return "invalid_request";
    case ChallengeError::kInvalidToken:
      return "invalid_token";
    case ChallengeError::kInsufficientScope:
      return "insufficient_scope";
    case ChallengeError::kInsufficientUserAuthentication:
      return "insufficient_user_authentication";
  }
  return "";
}

constexpr std::string_view kScheme = "Bearer";

void Open(std::string& text, std::string_view name) {
  text += text.size() == kScheme.size() ? " " : ", ";
  text += name;
  text += "=\"";
}

void AddSentence(std::string& text, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  Open(text, name);
  std::transform(value.begin(), value.end(), std::back_inserter(text), [](char c) { return IsPlain(c) ? c : '?'; });
  text += '"';
}

void AddWords(std::string& text, std::string_view name, std::span<const std::string_view> words) {
  bool open = false;
  for (const std::string_view word : words) {
    if (!IsWord(word)) continue;
    if (open) {
      text += ' ';
    } else {
      Open(text, name);
    }
    open = true;
    text += word;
  }
  if (open) text += '"';
}

}  // namespace

std::string_view ChallengeWriter::Write(const Challenge& challenge) {
  text_ = kScheme;
  AddSentence(text_, "realm", challenge.realm);
  if (challenge.error != ChallengeError::kNone) {
    AddSentence(text_, "error", ErrorName(challenge.error));
    AddSentence(text_, "error_description", challenge.description);
  }
  AddWords(text_, "scope", challenge.scopes);
  AddWords(text_, "acr_values", challenge.acr);
  if (challenge.max_age_seconds >= 0) {
    Open(text_, "max_age");
    fmt::format_to(std::back_inserter(text_), "{}\"", challenge.max_age_seconds);
  }
  return text_;
}

}  // namespace ward::server

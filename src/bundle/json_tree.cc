// Recursive descent over bytes. Depth is bounded, so recursion is too. The first thing that is not JSON ends the
// reading: what follows could only repeat it.
#include "bundle/json_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/utf8.h"

namespace ward::bundle {
namespace {

class JsonReader {
 public:
  JsonReader(std::string_view text, base::FileId file, std::deque<std::string>& unescaped, diag::Sink& sink)
      : text_(text), file_(file), unescaped_(unescaped), sink_(sink) {}

  std::optional<JsonValue> Read() {
    if (const auto bad = base::FirstInvalidUtf8(text_)) {
      Fail(*bad, 1, "this is not UTF-8");
      return std::nullopt;
    }
    if (text_.starts_with("\xEF\xBB\xBF")) {
      Fail(0, 3, "the file begins with a byte order mark; delete it");
      return std::nullopt;
    }
    JsonValue value;
    if (!ReadValue(value, 0)) return std::nullopt;
    SkipBlanks();
    if (at_ != text_.size()) {
      Fail(at_, 1, "the JSON text ends before this");
      return std::nullopt;
    }
    return value;
  }

 private:
  bool Fail(std::size_t at, std::size_t length, std::string message) {
    sink_.Report(
        diag::Diagnostic(diag::Kind::kBadDataFile, Range(at, std::min(at + length, text_.size())), std::move(message)));
    return false;
  }

  base::Span Range(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  void SkipBlanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  bool Take(char c) {
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool ReadValue(JsonValue& value, int depth) {
    SkipBlanks();
    const std::size_t begin = at_;
    if (at_ == text_.size()) return Fail(at_, 0, "a JSON value is missing here");
    bool good = false;
    switch (text_[at_]) {
      case '{':
      case '[':
        if (depth == kJsonDepthMax) {
          return Fail(at_, 1, fmt::format("nested deeper than {} levels", kJsonDepthMax));
        }
        good = text_[at_] == '{' ? ReadObject(value, depth) : ReadArray(value, depth);
        break;
      case '"':
        value.kind = JsonValue::Kind::kString;
        good = ReadString(value.text);
        break;
      default:
        good = ReadWord(value);
    }
    value.span = Range(begin, at_);
    return good;
  }

  bool ReadArray(JsonValue& value, int depth) {
    value.kind = JsonValue::Kind::kArray;
    ++at_;
    if (Take(']')) return true;
    do {
      if (!ReadValue(value.items.emplace_back(), depth + 1)) return false;
    } while (Take(','));
    return Take(']') || Fail(at_, 1, "`,` or `]` is missing before this");
  }

  bool ReadObject(JsonValue& value, int depth) {
    value.kind = JsonValue::Kind::kObject;
    ++at_;
    if (Take('}')) return true;
    std::unordered_set<std::string_view> names;
    do {
      SkipBlanks();
      const std::size_t begin = at_;
      if (at_ == text_.size() || text_[at_] != '"') return Fail(at_, 1, "a member's name in quotes is missing here");
      std::string_view name;
      if (!ReadString(name)) return false;
      const base::Span name_span = Range(begin, at_);
      if (!names.insert(name).second) return Fail(begin, at_ - begin, fmt::format("`{}` is given twice", name));
      if (!Take(':')) return Fail(at_, 1, "`:` is missing before this");
      JsonValue& member = value.items.emplace_back();
      if (!ReadValue(member, depth + 1)) return false;
      member.name = name;
      member.name_span = name_span;
    } while (Take(','));
    return Take('}') || Fail(at_, 1, "`,` or `}` is missing before this");
  }

  bool ReadWord(JsonValue& value) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view(" \t\r\n,:]}[{\"").find(text_[at_]) == std::string_view::npos) ++at_;
    value.text = text_.substr(begin, at_ - begin);
    if (value.text.empty()) return Fail(begin, 1, "a JSON value is missing before this");
    if (value.text == "null") return true;
    if (value.text == "true" || value.text == "false") {
      value.kind = JsonValue::Kind::kBool;
      return true;
    }
    value.kind = JsonValue::Kind::kNumber;
    return IsNumber(value.text) || Fail(begin, at_ - begin, fmt::format("`{}` is no JSON value", value.text));
  }

  static std::size_t SkipDigits(std::string_view text, std::size_t at) {
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at;
  }

  static bool IsNumber(std::string_view text) {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    std::size_t end = SkipDigits(text, at);
    if (end == at || (text[at] == '0' && end > at + 1)) return false;
    if (end < text.size() && text[end] == '.') {
      at = end + 1;
      end = SkipDigits(text, at);
      if (end == at) return false;
    }
    if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
      at = end + 1;
      if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
      end = SkipDigits(text, at);
      if (end == at) return false;
    }
    return end == text.size();
  }

  bool ReadString(std::string_view& result) {
    const std::size_t open = at_++;
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return Fail(at_, 1, "a control character must be escaped");
      ++at_;
    }
    if (at_ < text_.size() && text_[at_] == '"') {
      result = text_.substr(begin, at_++ - begin);
      return true;
    }
    std::string text(text_.substr(begin, at_ - begin));
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return Fail(at_, 1, "a control character must be escaped");
      if (text_[at_] == '\\') {
        if (!ReadEscape(text)) return false;
      } else {
        text.push_back(text_[at_++]);
      }
    }
    if (at_ == text_.size()) return Fail(open, 1, "this string has no end");
    ++at_;
    result = unescaped_.emplace_back(std::move(text));
    return true;
  }

  bool ReadEscape(std::string& text) {
    const std::size_t begin = at_++;
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    constexpr std::string_view kFrom = "\"\\/bfnrt";
    constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
    if (const std::size_t which = kFrom.find(c); c != '\0' && which != std::string_view::npos) {
      text.push_back(kTo[which]);
      return true;
    }
    std::uint32_t unit = 0;
    if (c != 'u' || !ReadHex(unit)) return Fail(begin, at_ - begin, "JSON has no such escape");
    char32_t point = unit;
    if (unit >= 0xD800 && unit < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      at_ += 2;
      std::uint32_t low = 0;
      if (!ReadHex(low) || low < 0xDC00 || low > 0xDFFF) return Fail(begin, at_ - begin, "half a surrogate pair");
      point = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    return base::AppendUtf8(text, point) || Fail(begin, at_ - begin, "half a surrogate pair");
  }

  bool ReadHex(std::uint32_t& unit) {
    if (text_.size() - at_ < 4) return false;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      const std::size_t digit =
          std::string_view("0123456789abcdef").find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
      if (digit == std::string_view::npos) return false;
      unit = unit * 16 + static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  std::string_view text_;
  base::FileId file_;
  std::deque<std::string>& unescaped_;
  diag::Sink& sink_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<JsonValue> ReadJson(const base::SourceMap& sources, base::FileId file, std::deque<std::string>& unescaped,
                                  diag::Sink& sink) {
  return JsonReader(sources.file(file).text(), file, unescaped, sink).Read();
}

}  // namespace ward::bundle

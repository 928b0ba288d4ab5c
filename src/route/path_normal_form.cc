// Nearly every path is already normal, so a scan looks for a reason that it is not: a byte that
// needs thought (`%`,
// `\`, `#`, controls, non-ASCII), or a `/` followed by `/` or `.`, or a `/` at the end. It finds
// the `?` on its way. With SSE2 (part of x86-64) it looks at 16 bytes at once; a pair that lies
// across two blocks is seen by carrying the last slash over as bit 0.
//
// Otherwise segments are written one after the other. The output is always "" or `/seg/seg`, so
// `..` cuts at the last
// `/` of the output; that needs no stack because a decoded `/` inside a segment is refused.
#include "route/path_normal_form.h"

#include <array>
#include <cstddef>
#include <cstring>

#include "base/ascii.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/budgets.h"
#include "base/utf8.h"

namespace ward::route {
namespace {

enum class Shape : std::uint8_t { kNormal, kNeedsWork };

struct Scan {
  std::size_t path_size = 0;  // up to the first `?` or the end
  Shape shape = Shape::kNormal;
};

constexpr bool NeedsThought(unsigned char c) { return c < 0x20 || c >= 0x7f || c == '%' || c == '\\' || c == '#'; }

// What the scan knows between two blocks.
struct ScanState {
  bool after_slash = false;
  bool odd = false;
};

void ScanBytes(std::string_view bytes, ScanState& state) {
  for (const char c : bytes) {
    state.odd |= NeedsThought(static_cast<unsigned char>(c)) || (state.after_slash && (c == '/' || c == '.'));
    state.after_slash = c == '/';
  }
}

#if defined(__SSE2__)
unsigned Mask(__m128i bytes) { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }

// Returns the number of bytes scanned: 16, or fewer up to a `?`.
std::size_t ScanBlock(const char* data, ScanState& state) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data));
  const auto equal = [block](char c) { return Mask(_mm_cmpeq_epi8(block, _mm_set1_epi8(c))); };
  // Signed comparison: bytes from 0x80 up are negative, hence below 0x20 as well.
  const unsigned strange =
      Mask(_mm_cmplt_epi8(block, _mm_set1_epi8(0x20))) | equal(0x7f) | equal('%') | equal('\\') | equal('#');
  const unsigned slash = equal('/');
  const unsigned before = (slash << 1U) | (state.after_slash ? 1U : 0U);
  const unsigned question = equal('?');
  const unsigned pairs = before & (slash | equal('.'));
  // All bits below the first `?`, or all 16.
  const unsigned range = question != 0 ? (question & (0U - question)) - 1U : 0xffffU;
  state.odd |= ((strange | pairs) & range) != 0;
  if (question == 0) {
    state.after_slash = (slash & 0x8000U) != 0;
    return 16;
  }
  const auto size = static_cast<std::size_t>(__builtin_ctz(question));
  if (size > 0) state.after_slash = ((slash >> (size - 1)) & 1U) != 0;
  return size;
}
#endif

Scan ScanPath(std::string_view raw) {
  ScanState state;
  std::size_t at = 0;
#if defined(__SSE2__)
  while (raw.size() - at >= 16) {
    const std::size_t scanned = ScanBlock(raw.data() + at, state);
    at += scanned;
    if (scanned < 16) break;
  }
  const bool found_question = at < raw.size() && raw[at] == '?';
#else
  const bool found_question = false;
#endif
  if (!found_question) {
    const std::size_t question = raw.find('?', at);
    const std::size_t end = question == std::string_view::npos ? raw.size() : question;
    ScanBytes(raw.substr(at, end - at), state);
    at = end;
  }
  const bool trailing_slash = state.after_slash && at > 1;
  return {at, state.odd || trailing_slash ? Shape::kNeedsWork : Shape::kNormal};
}

struct Decoded {
  char byte = 0;
  std::size_t size = 1;  // bytes of input it took
  PathFault fault = PathFault::kNone;
};

// The character at the front of `text`, which is not empty.
Decoded DecodeOne(std::string_view text) {
  Decoded out{text[0]};
  if (text[0] == '%') {
    const int high = text.size() > 1 ? base::HexDigit(text[1]) : -1;
    const int low = text.size() > 2 ? base::HexDigit(text[2]) : -1;
    if (high < 0 || low < 0) return {0, 1, PathFault::kBadEscape};
    out.byte = static_cast<char>(high * 16 + low);
    out.size = 3;
    if (out.byte == '/' || out.byte == '\\') return {0, 3, PathFault::kEncodedSeparator};
  } else if (out.byte == '\\') {
    return {0, 1, PathFault::kBackslash};
  } else if (out.byte == '#') {
    return {0, 1, PathFault::kFragment};
  }
  const auto value = static_cast<unsigned char>(out.byte);
  if (value < 0x20 || value == 0x7f) out.fault = PathFault::kControl;
  return out;
}

// Writes the normal form segment by segment.
class Writer {
 public:
  explicit Writer(std::span<char> out) : out_(out) {}

  // Decodes one segment of the input and appends, drops or pops it.
  [[nodiscard]] PathFault Segment(std::string_view text) {
    if (text.empty()) {
      seen_empty_ = true;
      return PathFault::kNone;
    }
    const std::size_t start = size_;
    out_[size_++] = '/';
    for (std::size_t at = 0; at < text.size();) {
      const Decoded decoded = DecodeOne(text.substr(at));
      if (decoded.fault != PathFault::kNone) return decoded.fault;
      out_[size_++] = decoded.byte;
      at += decoded.size;
    }
    return ResolveDots(start);
  }

  [[nodiscard]] std::string_view Finish() {
    if (size_ == 0) out_[size_++] = '/';
    return {out_.data(), size_};
  }

 private:
  // The segment just written begins at `start`, with its slash.
  PathFault ResolveDots(std::size_t start) {
    const std::string_view segment(out_.data() + start + 1, size_ - start - 1);
    const std::size_t dots = segment.find_first_not_of('.');
    const bool parameters = dots != std::string_view::npos && segment[dots] == ';';
    const std::size_t count = dots == std::string_view::npos ? segment.size() : dots;
    if (count == 0 || count > 2) return PathFault::kNone;
    if (parameters) return PathFault::kAmbiguousDots;
    if (count != segment.size()) return PathFault::kNone;
    size_ = start;
    if (count == 1) return PathFault::kNone;
    // Who merges slashes first and who resolves dots first disagree about `/a//../b` and
    // `/a//b/../..`.
    if (seen_empty_) return PathFault::kAmbiguousDots;
    if (size_ == 0) return PathFault::kEscapesRoot;
    size_ = std::string_view(out_.data(), size_).rfind('/');
    return PathFault::kNone;
  }

  std::span<char> out_;
  std::size_t size_ = 0;
  bool seen_empty_ = false;
};

}  // namespace

std::string_view PathFaultText(PathFault fault) {
  switch (fault) {
    case PathFault::kNone:
      return "no fault";
    case PathFault::kNotAbsolute:
      return "path does not begin with a slash";
    case PathFault::kTooLong:
      return "path too long";
    case PathFault::kBadEscape:
      return "percent sign without two hexadecimal digits";
    case PathFault::kEncodedSeparator:
      return "encoded slash or backslash";
    case PathFault::kBackslash:
      return "backslash";
    case PathFault::kControl:
      return "control character";
    case PathFault::kFragment:
      return "number sign";
    case PathFault::kNotUtf8:
      return "not valid UTF-8";
    case PathFault::kAmbiguousDots:
      return "dot segment that proxies read in different ways";
    case PathFault::kEscapesRoot:
      return "dot segments lead above the root";
  }
  return "unknown fault";
}

NormalPath NormalisePath(std::string_view raw, std::span<char> scratch) {
  if (raw.empty() || raw[0] != '/') return {{}, {}, PathFault::kNotAbsolute};
  const Scan scan = ScanPath(raw);
  NormalPath result;
  const std::string_view path = raw.substr(0, scan.path_size);
  if (scan.path_size < raw.size()) result.query = raw.substr(scan.path_size + 1);
  if (path.size() > base::budget::kRequestPathBytesMax) return {{}, result.query, PathFault::kTooLong};
  if (scan.shape == Shape::kNormal) {
    result.path = path;
    return result;
  }
  if (path.size() > scratch.size()) return {{}, result.query, PathFault::kTooLong};
  Writer writer(scratch);
  for (std::size_t at = 1; at <= path.size() && result.fault == PathFault::kNone;) {
    const std::size_t slash = path.find('/', at);
    const std::size_t end = slash == std::string_view::npos ? path.size() : slash;
    result.fault = writer.Segment(path.substr(at, end - at));
    at = end + 1;
  }
  if (result.fault != PathFault::kNone) return result;
  const std::string_view normal = writer.Finish();
  if (!base::FirstInvalidUtf8(normal)) {
    result.path = normal;
  } else {
    result.fault = PathFault::kNotUtf8;
  }
  return result;
}

}  // namespace ward::route

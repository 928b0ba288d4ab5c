#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/budgets.h"
#include "route/path_normal_form.h"

namespace ward::route {
namespace {

// A result that outlives the scratch.
struct Normal {
  std::string path;
  std::string query;
  PathFault fault;
};

Normal Normalise(std::string_view raw) {
  std::string scratch(raw.size(), '!');
  const NormalPath result = NormalisePath(raw, {scratch.data(), scratch.size()});
  return {std::string(result.path), std::string(result.query), result.fault};
}

struct PathCase {
  std::string_view raw;
  std::string_view path;
};

// The table of WIRE section 1.4: what a proxy may hand on, and how it reads here.
TEST(PathNormalFormTest, WireTable) {
  const std::array cases{
      PathCase{"/a/../b", "/b"},
      PathCase{"/a/%2e%2e/b", "/b"},
      PathCase{"//a//b", "/a/b"},
      PathCase{"/%61dmin", "/admin"},
      PathCase{"/%7e", "/~"},
      PathCase{"/a;x=1/b", "/a;x=1/b"},
      PathCase{"/a/...", "/a/..."},
      PathCase{"/a?x=/../%zz", "/a"},
      PathCase{"/", "/"},
      PathCase{"/?", "/"},
      PathCase{"//", "/"},
      PathCase{"/a/", "/a"},
      PathCase{"/a//", "/a"},
      PathCase{"/./a/./b/.", "/a/b"},
      PathCase{"/a/b/..", "/a"},
      PathCase{"/a/..", "/"},
      PathCase{"/A/b", "/A/b"},
      PathCase{"/a%20b", "/a b"},
      PathCase{"/caf%C3%A9", "/caf\xC3\xA9"},
      PathCase{"/100%25", "/100%"},
      PathCase{"/%252e%252e/a", "/%2e%2e/a"},
      PathCase{"/a%3Fb%23c", "/a?b#c"},
      PathCase{"/.well-known/x", "/.well-known/x"},
      PathCase{"/..a/.b/a..", "/..a/.b/a.."},
      PathCase{"/%2E/a", "/a"},
      PathCase{"/.%2e.", "/..."},
  };
  for (const PathCase& c : cases) {
    const Normal normal = Normalise(c.raw);
    EXPECT_EQ(normal.fault, PathFault::kNone) << c.raw << ": " << PathFaultText(normal.fault);
    EXPECT_EQ(normal.path, c.path) << c.raw;
  }
}

struct FaultCase {
  std::string_view raw;
  PathFault fault;
};

TEST(PathNormalFormTest, WhatOthersReadDifferentlyIsRefused) {
  const std::array cases{
      FaultCase{"", PathFault::kNotAbsolute},
      FaultCase{"*", PathFault::kNotAbsolute},
      FaultCase{"a/b", PathFault::kNotAbsolute},
      FaultCase{"?a", PathFault::kNotAbsolute},
      FaultCase{"http://host/a", PathFault::kNotAbsolute},
      FaultCase{"/a%zz", PathFault::kBadEscape},
      FaultCase{"/a%2", PathFault::kBadEscape},
      FaultCase{"/a%", PathFault::kBadEscape},
      FaultCase{"/a%%41", PathFault::kBadEscape},
      FaultCase{"/a%2fb", PathFault::kEncodedSeparator},
      FaultCase{"/a/..%2Fb", PathFault::kEncodedSeparator},
      FaultCase{"/a%5cb", PathFault::kEncodedSeparator},
      FaultCase{"/a\\b", PathFault::kBackslash},
      FaultCase{"/a%00b", PathFault::kControl},
      FaultCase{std::string_view("/a\0b", 4), PathFault::kControl},
      FaultCase{"/a\nb", PathFault::kControl},
      FaultCase{"/a%0d%0ab", PathFault::kControl},
      FaultCase{"/a\x7f", PathFault::kControl},
      FaultCase{"/a%7F", PathFault::kControl},
      FaultCase{"/a#b", PathFault::kFragment},
      FaultCase{"/%c0%af", PathFault::kNotUtf8},
      FaultCase{"/%c0%ae%c0%ae/a", PathFault::kNotUtf8},
      FaultCase{"/\xff", PathFault::kNotUtf8},
      FaultCase{"/a/..;x/b", PathFault::kAmbiguousDots},
      FaultCase{"/a/.;/b", PathFault::kAmbiguousDots},
      FaultCase{"/a/%2e%2e%3bx=1/b", PathFault::kAmbiguousDots},
      FaultCase{"/a//../b", PathFault::kAmbiguousDots},
      FaultCase{"/a//./../b", PathFault::kAmbiguousDots},
      FaultCase{"/a//b/../..", PathFault::kAmbiguousDots},
      FaultCase{"/..", PathFault::kEscapesRoot},
      FaultCase{"/a/../../b", PathFault::kEscapesRoot},
      FaultCase{"/%2e%2e", PathFault::kEscapesRoot},
  };
  for (const FaultCase& c : cases) {
    const Normal normal = Normalise(c.raw);
    EXPECT_EQ(normal.fault, c.fault) << c.raw << ": " << PathFaultText(normal.fault);
    EXPECT_EQ(normal.path, "") << c.raw;
  }
}

// No spelling of /admin/x gets past a rule about /admin: each has its normal form or is refused.
TEST(PathNormalFormTest, SpellingsOfOnePath) {
  const std::array<std::string_view, 20> spellings{
      "/admin/x",           "//admin/x",         "/admin//x",     "/admin/x/",         "/./admin/x",
      "/admin/./x",         "/admin/x/.",        "/b/../admin/x", "/admin/b/../x",     "/%61dmin/x",
      "/%61%64%6d%69%6e/x", "/admin/%78",        "/%2e/admin/x",  "/b/%2e%2e/admin/x", "/b/.%2e/admin/x",
      "/admin/x?",          "/admin/x?y=/../..", "/admin/x//",    "/b/%2E./admin/x",   "/a/b/../../admin/x"};
  for (const std::string_view spelling : spellings) {
    EXPECT_EQ(Normalise(spelling).path, "/admin/x") << spelling;
  }
  const std::array<std::string_view, 10> refused{"/admin%2fx",     "/admin\\x",     "/admin%5cx",    "/../admin/x",
                                                 "/b/..;/admin/x", "/admin%00/x",   "/%c1%a1dmin/x", "/b/..%2fadmin/x",
                                                 "/admin/x#",      "/b//../admin/x"};
  for (const std::string_view spelling : refused) {
    EXPECT_NE(Normalise(spelling).fault, PathFault::kNone) << spelling;
  }
}

TEST(PathNormalFormTest, QueryIsSplitOffAsSent) {
  EXPECT_EQ(Normalise("/a/?b=%2f?c").query, "b=%2f?c");
  EXPECT_EQ(Normalise("/a?").query, "");
  EXPECT_EQ(Normalise("/a").query, "");
  EXPECT_EQ(Normalise("/a%zz?q").query, "q");
}

TEST(PathNormalFormTest, ANormalPathIsNotCopied) {
  const std::string raw = "/orders/1234567890123456/lines?x=1";
  const NormalPath result = NormalisePath(raw, {});
  EXPECT_EQ(result.path.data(), raw.data());
  EXPECT_EQ(result.path, "/orders/1234567890123456/lines");
}

TEST(PathNormalFormTest, BudgetAtTheEdgeAndBeyond) {
  std::string path = "/" + std::string(base::budget::kRequestPathBytesMax - 1, 'a');
  EXPECT_EQ(Normalise(path).fault, PathFault::kNone);
  EXPECT_EQ(Normalise(path + "?" + path).fault, PathFault::kNone);  // the query does not count
  path += 'a';
  EXPECT_EQ(Normalise(path).fault, PathFault::kTooLong);
}

TEST(PathNormalFormTest, ScratchTooSmallIsRefused) {
  std::array<char, 3> small{};
  EXPECT_EQ(NormalisePath("/a/../b", small).fault, PathFault::kTooLong);
}

TEST(PathNormalFormTest, EveryFaultHasWords) {
  for (int i = 0; i < kPathFaultCount; ++i) {
    EXPECT_NE(PathFaultText(static_cast<PathFault>(i)), "unknown fault") << i;
  }
  EXPECT_EQ(PathFaultText(static_cast<PathFault>(kPathFaultCount)), "unknown fault");
}

// --- A naive oracle: lists of strings, both orders of merging and resolving.

std::vector<std::string> Split(const std::string& path) {
  std::vector<std::string> segments(1);
  for (const char c : path.substr(1)) {
    if (c == '/') {
      segments.emplace_back();
    } else {
      segments.back() += c;
    }
  }
  return segments;
}

std::optional<std::string> ResolveSegments(const std::vector<std::string>& segments, bool merge_first) {
  std::vector<std::string> stack;
  for (const std::string& segment : segments) {
    if (segment == "." || (merge_first && segment.empty())) continue;
    if (segment != "..") {
      stack.push_back(segment);
    } else if (stack.empty()) {
      return std::nullopt;
    } else {
      stack.pop_back();
    }
  }
  std::string out;
  for (const std::string& segment : stack) {
    if (!segment.empty()) out += "/" + segment;
  }
  return out.empty() ? "/" : out;
}

std::optional<std::string> DecodeAll(std::string_view raw) {
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '%') {
      out += raw[i];
      continue;
    }
    const std::string digits(raw.substr(i + 1, 2));
    if (digits.size() != 2 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
      return std::nullopt;
    }
    out += static_cast<char>(std::stoi(digits, nullptr, 16));
    if (out.back() == '/' || out.back() == '\\') return std::nullopt;
    i += 2;
  }
  return out;
}

// Nothing: the oracle refuses, or its two orders disagree.
std::optional<std::string> Oracle(std::string_view raw) {
  if (raw.empty() || raw[0] != '/') return std::nullopt;
  raw = raw.substr(0, raw.find('?'));
  if (raw.find('#') != std::string_view::npos) return std::nullopt;
  const std::optional<std::string> text = DecodeAll(raw);
  if (!text) return std::nullopt;
  for (const char c : *text) {
    if (c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
  }
  const std::vector<std::string> segments = Split(*text);
  for (const std::string& segment : segments) {
    if (segment.starts_with("..;") || segment.starts_with(".;")) return std::nullopt;
  }
  const auto merged = ResolveSegments(segments, true);
  const auto kept = ResolveSegments(segments, false);
  return merged == kept ? merged : std::nullopt;
}

TEST(PathNormalFormTest, AgreesWithTheOracleOnRandomPaths) {
  constexpr unsigned kSeed = 20261122;
  const std::array<std::string_view, 20> pieces{
      "/",   "/",   "/",   "a",   "bc", ".",   "..", "/..", "/../", "//",
      "%2e", "%61", "%2f", "%zz", ";",  "%41", "?",  "\\",  "#",    "defghijklmnopq"};
  std::mt19937 random(kSeed);
  std::size_t accepted = 0;
  std::size_t stricter = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::string raw = "/";
    const std::size_t count = random() % 12;
    for (std::size_t k = 0; k < count; ++k) {
      // Bad pieces are rarer, or nearly nothing would be accepted.
      const std::size_t bound = random() % 8 == 0 ? pieces.size() : 12;
      raw += pieces[random() % bound];
    }
    const Normal normal = Normalise(raw);
    const std::optional<std::string> expected = Oracle(raw);
    if (normal.fault == PathFault::kNone) {
      ASSERT_EQ(normal.path, expected) << raw << " seed " << kSeed;
      ++accepted;
    } else if (expected.has_value()) {
      // Only the rule "no `..` after an empty segment" is stricter than need be.
      ASSERT_EQ(normal.fault, PathFault::kAmbiguousDots) << raw << " seed " << kSeed;
      ++stricter;
    }
  }
  EXPECT_GT(accepted, 50'000U);
  EXPECT_GT(stricter, 100U);
}

TEST(PathNormalFormTest, NormalFormsAreFixedPoints) {
  constexpr unsigned kSeed = 7;
  std::mt19937 random(kSeed);
  constexpr std::string_view kBytes = "/./ab;\xC3\xA9 ~";
  std::size_t checked = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string raw = "/";
    const std::size_t count = random() % 40;
    for (std::size_t k = 0; k < count; ++k) raw += kBytes[random() % kBytes.size()];
    const Normal once = Normalise(raw);
    if (once.fault != PathFault::kNone) continue;
    const Normal twice = Normalise(once.path);
    ASSERT_EQ(twice.fault, PathFault::kNone) << raw << " seed " << kSeed;
    ASSERT_EQ(twice.path, once.path) << raw << " seed " << kSeed;
    ++checked;
  }
  EXPECT_GT(checked, 1'000U);
}

// A block boundary is no boundary: each oddity at each offset around 16 and 32.
TEST(PathNormalFormTest, OdditiesAtEveryOffset) {
  const std::array<std::string_view, 5> oddities{"//", "/.", "%61", "\xC3\xA9", "/../"};
  for (std::size_t offset = 1; offset < 40; ++offset) {
    for (const std::string_view oddity : oddities) {
      std::string raw = "/" + std::string(offset, 'x') + std::string(oddity) + "yz";
      EXPECT_EQ(Normalise(raw).path, Oracle(raw)) << raw;
      raw += "?q=//";
      EXPECT_EQ(Normalise(raw).path, Oracle(raw)) << raw;
      EXPECT_EQ(Normalise(raw).query, "q=//") << raw;
    }
    const std::string trailing = "/" + std::string(offset, 'x') + "/?q";
    EXPECT_EQ(Normalise(trailing).path, "/" + std::string(offset, 'x')) << trailing;
  }
}

}  // namespace
}  // namespace ward::route

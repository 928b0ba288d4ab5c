#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "byte_damage.h"
#include "lookup/string_domain.h"

namespace ward::lookup {
namespace {

std::vector<StringDomainConstant> Numbered(const std::vector<std::string>& texts) {
  std::vector<StringDomainConstant> constants;
  std::uint32_t ordinal = kOrdinalFirst;
  for (const std::string& text : texts) constants.push_back({text, ordinal++});
  return constants;
}

StringDomainData Build(const std::vector<std::string>& texts) {
  Result<StringDomainData> data = BuildStringDomain(Numbered(texts));
  EXPECT_TRUE(data.has_value());
  return std::move(data).value();
}

// Every string is found, every near miss is what a map says it is.
void ExpectFindsExactly(const std::vector<std::string>& texts) {
  const StringDomainData data = Build(texts);
  const StringDomain domain = data.View();
  ASSERT_TRUE(domain.Verify(static_cast<std::uint32_t>(texts.size()) + kOrdinalFirst).has_value());
  std::map<std::string, std::uint32_t, std::less<>> oracle;
  for (const StringDomainConstant& constant : Numbered(texts)) oracle.emplace(constant.text, constant.ordinal);
  const auto expect = [&](const std::string& text) {
    const auto at = oracle.find(text);
    ASSERT_EQ(domain.Find(text), at == oracle.end() ? kOrdinalNone : at->second) << text;
  };
  for (const std::string& text : texts) {
    expect(text);
    expect(text + "x");
    expect(text + '\0');
    if (text.empty()) continue;
    expect(text.substr(1));
    expect(text.substr(0, text.size() - 1));
    std::string changed = text;
    changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
    expect(changed);
    changed = text;
    changed.back() = static_cast<char>(changed.back() ^ 0x20);
    expect(changed);
  }
}

TEST(StringDomain, EmptyDomainsKnowNothing) {
  const StringDomain none;
  EXPECT_EQ(none.Find(""), kOrdinalNone);
  EXPECT_EQ(none.Find({}), kOrdinalNone);
  EXPECT_EQ(none.Find("a"), kOrdinalNone);
  EXPECT_EQ(none.Find(std::string(100, 'a')), kOrdinalNone);
  EXPECT_TRUE(none.Verify(kOrdinalFirst).has_value());
  const StringDomainData built = Build({});
  EXPECT_EQ(built.View().Find(""), kOrdinalNone);
  EXPECT_EQ(built.View().Find(std::string("\1", 1)), kOrdinalNone);  // the words of a free slot
  EXPECT_TRUE(built.View().Verify(kOrdinalFirst).has_value());
}

TEST(StringDomain, TheEmptyStringIsAStringLikeAnyOther) {
  const StringDomainData data = Build({""});
  EXPECT_EQ(data.View().Find(""), kOrdinalFirst);
  EXPECT_EQ(data.View().Find({}), kOrdinalFirst);
  EXPECT_EQ(data.View().Find(std::string(1, '\0')), kOrdinalNone);
}

TEST(StringDomain, TellsLengthsAndZeroBytesApart) {
  std::vector<std::string> texts;
  for (std::size_t n = 0; n < 70; ++n) texts.emplace_back(n, '\0');
  for (std::size_t n = 1; n < 70; ++n) texts.push_back(std::string(n, 'a'));
  for (std::size_t n = 1; n < 70; ++n) texts.push_back(std::string(n - 1, 'a') + '\0');
  texts.erase(std::find(texts.begin() + 70, texts.end(), std::string(1, '\0')));  // equal to texts[1]
  ExpectFindsExactly(texts);
}

TEST(StringDomain, EqualLengthsAndOneDifferentByte) {
  for (const std::size_t length : {8U, 15U, 16U, 17U, 24U, 25U, 33U}) {
    std::vector<std::string> texts{std::string(length, 'q')};
    for (std::size_t at = 0; at < length; ++at) {
      for (const char byte : {'\0', '\1', 'r', '\x7f', '\xff'}) {
        texts.push_back(texts[0]);
        texts.back()[at] = byte;
      }
    }
    ExpectFindsExactly(texts);
  }
}

// A factor of the product of the hash is zero for all of these under the first seed.
TEST(StringDomain, StringsMadeToShareOneHashNeedAnotherSeed) {
  const std::uint64_t word = 0x9E3779B97F4A7C15U;
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) {
    std::string text(8, '\0');
    std::memcpy(text.data(), &word, sizeof(word));
    texts.push_back(text + std::to_string(i));
  }
  EXPECT_NE(Build(texts).seed, AttemptSeed(0));
  ExpectFindsExactly(texts);
}

TEST(StringDomain, RandomSetsOfAllSizes) {
  std::mt19937_64 random(7);
  for (std::size_t count = 0; count < 300; ++count) {
    std::map<std::string, int> unique;
    while (unique.size() < count) {
      std::string text(random() % 24, '\0');
      for (char& c : text) c = static_cast<char>('a' + random() % 4);
      unique.emplace(text, 0);
    }
    std::vector<std::string> texts;
    for (const auto& [text, unused] : unique) texts.push_back(text);
    ExpectFindsExactly(texts);
  }
}

TEST(StringDomain, AMillionStrings) {
  std::vector<std::string> texts;
  for (int i = 0; i < 1'000'000; ++i)
    texts.push_back("resource-" + std::to_string(i) + (i % 4 == 0 ? ":read-everything" : ":r"));
  const StringDomainData data = Build(texts);
  const StringDomain domain = data.View();
  for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(domain.Find(texts[i]), i + kOrdinalFirst);
  EXPECT_EQ(domain.Find("resource-1000000:r"), kOrdinalNone);
  EXPECT_LT(domain.size_bytes(), texts.size() * 46);
}

TEST(StringDomain, SameInputSameBytes) {
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i)
    texts.push_back(std::string(static_cast<std::size_t>(i % 40), 'x') + std::to_string(i));
  const StringDomainData one = Build(texts);
  const StringDomainData other = Build(std::vector<std::string>(texts));
  EXPECT_EQ(one.seed, other.seed);
  EXPECT_EQ(one.pilots, other.pilots);
  EXPECT_EQ(one.tails, other.tails);
  ASSERT_EQ(one.entries.size(), other.entries.size());
  EXPECT_EQ(std::memcmp(one.entries.data(), other.entries.data(),
                        one.View().size_bytes() - one.pilots.size() * 2 - one.tails.size()),
            0);
}

TEST(StringDomain, RefusesDuplicatesAndReservedOrdinals) {
  const std::vector<StringDomainConstant> twice{{"viewer", 2}, {"editor", 3}, {"viewer", 4}};
  EXPECT_EQ(BuildStringDomain(twice).error().message, "string domain: `viewer` is given twice");
  const std::vector<StringDomainConstant> reserved{{"viewer", 1}};
  EXPECT_EQ(BuildStringDomain(reserved).error().code, ErrorCode::kInvalidArgument);
  const std::vector<StringDomainConstant> shared{{"viewer", 2}, {"VIEWER", 2}};
  EXPECT_EQ(BuildStringDomain(shared)->View().Find("VIEWER"), 2U);
}

// The texts lie at the very end of a page with nothing readable behind it.
TEST(StringDomain, ReadsNoByteOfTheNextPage) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const memory = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  char* const end = static_cast<char*>(memory) + page;
  ASSERT_EQ(mprotect(end, page, PROT_NONE), 0);
  std::vector<std::string> texts;
  for (std::size_t n = 0; n < 40; ++n)
    texts.push_back(std::string("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH").substr(0, n));
  const StringDomainData data = Build(texts);
  for (std::size_t n = 0; n < texts.size(); ++n) {
    for (std::size_t gap = 0; gap < 20; ++gap) {
      char* const at = end - n - gap;
      std::memset(end - 64, '#', 64);
      std::memcpy(at, texts[n].data(), n);
      ASSERT_EQ(data.View().Find({at, n}), n + kOrdinalFirst) << n << " bytes, " << gap << " before the end";
    }
  }
  EXPECT_EQ(munmap(memory, 2 * page), 0);
}

// The masked load equals the exact one wherever the text lies and whatever surrounds it.
TEST(TextWords, MaskedLoadEqualsExactLoad) {
  std::mt19937_64 random(3);
  alignas(4096) static std::array<char, 3 * 4096> memory;
  for (char& c : memory) c = static_cast<char>(random());
  for (std::size_t at = 0; at + 32 < memory.size(); ++at) {
    const std::size_t size = random() % 32;
    const std::string_view text(memory.data() + at, size);
    ASSERT_EQ(LoadTextWords(text), LoadTextWordsExact(text.data(), std::min<std::size_t>(size, 16))) << at;
  }
}

TEST(StringDomain, VerifyNamesWhatIsWrong) {
  const StringDomainData good = Build({"short", "a string of more than sixteen bytes"});
  const auto at = [](StringDomainData& data, std::uint32_t length_min) -> StringDomainEntry& {
    return *std::find_if(data.entries.begin(), data.entries.end(),
                         [&](const StringDomainEntry& entry) { return entry.length >= length_min; });
  };
  EXPECT_TRUE(good.View().Verify(4).has_value());
  EXPECT_NE(good.View().Verify(3).error().message.find("has ordinal 3, below 3 is wanted"), std::string::npos);
  StringDomainData bad = good;
  at(bad, 17).tail = 1;
  EXPECT_NE(bad.View().Verify(4).error().message.find("has 19 bytes at 1 of 19"), std::string::npos);
  bad = good;
  at(bad, 17).length = 0xFFFFFFFF;
  EXPECT_EQ(bad.View().Verify(4).error().code, ErrorCode::kCorrupt);
  bad = good;
  at(bad, 5).ordinal = 0;
  EXPECT_FALSE(bad.View().Verify(4).has_value());
  bad = good;
  bad.entries.clear();
  EXPECT_EQ(bad.View().Verify(4).error().message, "string domain: 0 entries");
  bad = good;
  bad.pilots.clear();
  EXPECT_EQ(bad.View().Verify(4).error().message, "string domain: 0 pilots");
}

// Whatever Verify accepts is safe to search; the sanitizer builds prove it.
TEST(StringDomain, DamagedTablesAreRefusedOrHarmless) {
  std::vector<std::string> texts;
  for (int i = 0; i < 60; ++i) texts.push_back(std::string(static_cast<std::size_t>(i), 'x') + std::to_string(i));
  const StringDomainData good = Build(texts);
  const std::uint32_t limit = 62;
  ByteDamage damage(11);
  int accepted = 0;
  for (int round = 0; round < 100'000; ++round) {
    StringDomainData data = good;
    damage.Apply(data.entries);
    if (round % 4 == 0) damage.Apply(data.pilots);
    if (round % 4 == 1) damage.Truncate(data.tails);
    if (round % 16 == 2) damage.Truncate(data.entries);
    if (round % 16 == 3) damage.Truncate(data.pilots);
    if (!data.View().Verify(limit).has_value()) continue;
    ++accepted;
    for (const std::string& text : texts) {
      const std::uint32_t ordinal = data.View().Find(text);
      ASSERT_TRUE(ordinal >= kOrdinalNone && ordinal < limit);
    }
    // A damaged length is met by a text of that length.
    const StringDomainEntry& entry = data.entries[damage.Below(data.entries.size())];
    if (entry.length < 4096) {
      ASSERT_LT(data.View().Find(std::string(entry.length, 'x')), limit);
    }
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_LT(accepted, 100'000);
}

}  // namespace
}  // namespace ward::lookup

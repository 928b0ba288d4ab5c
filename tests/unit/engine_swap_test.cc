// Views are swapped under readers as fast as they can be made: every decision is of one generation.
#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine_fixture.h"

namespace ward {
namespace {

// Everything a decision shows bears the bundle's letter. `revoked` changes under it too.
std::string Policy(const std::string& letter) {
  return "policy p governs p\n"
         "attributes of token\n"
         "  sub: string, optional\n"
         "table owners live\n"
         "  | id: string key | letter: string |\n"
         "api p at \"p\"\n"
         "  get-" +
         letter +
         " GET /x\n"
         "zone z" +
         letter +
         "\n"
         "  everything else\n"
         "rule may-" +
         letter +
         "\n"
         "  allow get-" +
         letter +
         "\n"
         "  when token.sub is \"" +
         letter +
         "\"\n"
         "  with set header \"X-Letter\" to \"" +
         letter +
         "\"\n"
         "  with set header \"X-Owner\" to owners[\"x\"].letter\n"
         "  with tag tag-" +
         letter +
         "\n"
         "rule never-" +
         letter +
         "\n"
         "  deny get-" +
         letter +
         "\n"
         "  when token.sub is not \"" +
         letter +
         "\"\n"
         "  because \"This is " +
         letter + ".\"\n";
}

struct Tally {
  std::uint64_t decisions = 0;
  std::uint64_t allowed = 0;
  std::string fault;
  // How often another generation was seen; the writer goes on until every reader has seen some, or has found a fault.
  // Relaxed: only the number matters.
  std::atomic<std::uint64_t> generations{0};
};

constexpr std::uint64_t kGenerationsSeen = 50;
constexpr std::uint64_t kFaulty = UINT64_MAX;

char LetterAt(std::string_view text, std::string_view prefix) {
  return text.size() == prefix.size() + 1 && text.starts_with(prefix) ? text.back() : '?';
}

// The letters that one decision shows; more than one is a mixture.
std::string Letters(const Decision& decision) {
  std::string letters;
  letters += LetterAt(decision.operation(), "p.get-");
  letters += LetterAt(decision.zone(), "z");
  letters += LetterAt(decision.rule(), decision.allowed() ? "p.may-" : "p.never-");
  if (decision.allowed()) {
    letters += LetterAt(decision.tags().empty() ? std::string_view() : decision.tags()[0], "tag-");
    for (const HeaderToSet& header : decision.set_headers())
      letters += header.present ? std::string(header.value) : "?";
  } else {
    const std::string_view reason = decision.reason();
    letters += reason.size() == 10 ? reason[8] : '?';
  }
  return letters;
}

void Read(Engine& engine, const std::atomic<bool>& stop, Tally& tally) {
  Reader reader = engine.NewReader().value();
  const AttributeId sub = engine.Attribute("token.sub");
  std::uint64_t last = 0;
  while (!stop.load(std::memory_order_relaxed)) {
    Request& request = reader.Begin();
    request.SetHttp({"GET", "p", "/x", {}, {}, true, -1});
    request.SetSource("192.0.2.1", {});
    request.Set(sub, "a");
    const Decision& decision = reader.Decide();
    const std::string letters = Letters(decision);
    const bool is_a = letters.front() == 'a';
    if (letters != std::string(letters.size(), is_a ? 'a' : 'b') || decision.allowed() != is_a ||
        decision.generation() < last) {
      tally.fault =
          letters + " in generation " + std::to_string(decision.generation()) + " after " + std::to_string(last);
      tally.generations.store(kFaulty, std::memory_order_relaxed);
      return;
    }
    if (decision.generation() != last) tally.generations.fetch_add(1, std::memory_order_relaxed);
    last = decision.generation();
    ++tally.decisions;
    tally.allowed += decision.allowed() ? 1U : 0U;
    if (tally.decisions % 64 == 0) reader.Release();
  }
}

TEST(SwapTest, EveryDecisionIsOfOneGeneration) {
  constexpr int kReaders = 3;
  constexpr int kSwaps = 1000;
  const std::vector<std::byte> a = test::CompileText(Policy("a"));
  const std::vector<std::byte> b = test::CompileText(Policy("b"));
  const std::vector<Engine::TableContent> owner_a = {{"p.owners", {{{"x", "a"}}}}};
  const std::vector<Engine::TableContent> owner_b = {{"p.owners", {{{"x", "b"}}}}};
  Engine engine = Engine::Create({}).value();
  ASSERT_TRUE(engine.Load(a, owner_a).has_value());
  std::atomic<bool> stop{false};
  std::vector<Tally> tallies(kReaders);
  std::vector<std::thread> threads;
  for (Tally& tally : tallies) {
    threads.emplace_back([&engine, &stop, &tally] { Read(engine, stop, tally); });
  }
  int busy = 0;
  const auto all_have_seen = [&tallies] {
    return std::all_of(tallies.begin(), tallies.end(), [](const Tally& tally) {
      return tally.generations.load(std::memory_order_relaxed) >= kGenerationsSeen;
    });
  };
  for (int i = 0; i < kSwaps || !all_have_seen(); ++i) {
    const bool to_b = i % 2 == 0;
    // Sometimes the rows alone, with what they hold already: a View that shares its Snapshot.
    const Result<std::uint64_t> loaded = i % 5 == 4
                                             ? engine.LoadTable("p.owners", to_b ? owner_a[0].rows : owner_b[0].rows)
                                             : engine.Load(to_b ? b : a, to_b ? owner_b : owner_a);
    if (loaded.has_value()) continue;
    // Readers that were put to sleep while they hold a View.
    ASSERT_EQ(loaded.error().code, ErrorCode::kBusy) << loaded.error().message;
    ++busy;
    --i;
    std::this_thread::yield();
  }
  stop.store(true, std::memory_order_relaxed);
  for (std::thread& thread : threads) thread.join();
  for (const Tally& tally : tallies) {
    EXPECT_EQ(tally.fault, "");
    EXPECT_GT(tally.decisions, kGenerationsSeen);
  }
  EXPECT_TRUE(engine.Load(a, owner_a).has_value()) << "all readers are gone, so nothing is held; busy was " << busy;
}

// Readers come and go while bundles change: each finds its workspace.
TEST(SwapTest, ReadersComeAndGo) {
  const std::vector<std::byte> a = test::CompileText(Policy("a"));
  const std::vector<Engine::TableContent> owner_a = {{"p.owners", {{{"x", "a"}}}}};
  Engine engine = Engine::Create({4}).value();
  ASSERT_TRUE(engine.Load(a, owner_a).has_value());
  std::atomic<bool> stop{false};
  std::thread comer([&engine, &stop] {
    while (!stop.load(std::memory_order_relaxed)) {
      Result<Reader> reader = engine.NewReader();
      ASSERT_TRUE(reader.has_value());
      reader->Begin().SetHttp({"GET", "p", "/x", {}, {}, true, -1});
      ASSERT_EQ(reader->Decide().operation(), "p.get-a");
    }
  });
  for (int i = 0; i < 200; ++i) {
    const Result<std::uint64_t> loaded = engine.Load(a, owner_a);
    if (!loaded.has_value()) {
      ASSERT_EQ(loaded.error().code, ErrorCode::kBusy);
    }
    static_cast<void>(engine.Attribute("token.attribute-" + std::to_string(i)));
  }
  stop.store(true, std::memory_order_relaxed);
  comer.join();
}

}  // namespace
}  // namespace ward

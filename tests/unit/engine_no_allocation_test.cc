// From Begin() to Release() nothing is allocated: every operator new of the process is counted.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine_fixture.h"

namespace {

// Relaxed: one thread, and only the number matters.
std::atomic<std::uint64_t> allocation_count{0};

void* Count(std::size_t size, std::size_t alignment) {
  allocation_count.fetch_add(1, std::memory_order_relaxed);
  void* memory = alignment <= alignof(std::max_align_t)
                     ? std::malloc(size)
                     : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) std::abort();
  return memory;
}

// Not inlined: where g++ sees `free` beside an `operator new` that it did not inline it reports a mismatch.
[[gnu::noinline]] void Release(void* memory) { std::free(memory); }

}  // namespace

void* operator new(std::size_t size) { return Count(size, 1); }
void* operator new[](std::size_t size) { return Count(size, 1); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return Count(size, 1); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return Count(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return Count(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return Count(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { Release(memory); }
void operator delete[](void* memory) noexcept { Release(memory); }
void operator delete(void* memory, std::size_t) noexcept { Release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { Release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { Release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { Release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { Release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { Release(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { Release(memory); }

namespace ward {
namespace {

// Something of everything: look-ups, trees, sets, arithmetic, zones with conditions, templates, headers, shadows.
constexpr std::string_view kPolicy = R"(policy p governs p
type plan is one of free, silver, gold
type scope is one of read, write, admin
attributes of token
  sub:    string up to 64, optional
  scopes: set of scope, from scope, split by " "
  groups: set of string, optional
  plan:   plan, optional
  age:    duration, from now - iat
attributes of context
  tenant: string, lower case
table facts live
  | id: int key | tenant: string | owner: string |
table teams live tree
  | id: string key | parents: set of string |
api p at "p.example.com", "*.p.example.com"
  list   GET   /things
  read   GET   /things/{thing: int}
  write  POST  /things/{thing: int}
  file   GET   /files/**
zone internet
  everything else
zone office
  networks 10.0.0.0/8, fd00::/8
  when connection.client-cert is present
rule readers
  allow list, read, file
  when token.scopes has read
  with set header "X-Plan" to token.plan
  with set header "X-Age" to token.age
  with strip header "X-Internal"
  with tag reader
rule owners
  allow write
  when token.scopes has any of [write, admin] and facts[path.thing].owner is token.sub
rule staff
  allow write
  when token.groups within teams["staff"]
rule tenants
  require facts[path.thing].tenant is context.tenant
  for write
  because "Thing {path.thing} is of {facts[path.thing].tenant}, not of {context.tenant}."
rule fresh
  require token.age at most 1 hour
  for write
  reply 401 asking for max age 1 hour
rule inside
  deny file
  unless zone is office or path under /files/public
  because "Files stay inside."
rule names
  deny list
  when request.query["q"] matches "*;*" or request.header["x-name"] starts with "evil"
rule bodies
  deny write
  when request.json.name is "root" or request.form.name is "root"
shadow rule later
  deny everything
  when token.plan is free
shadow rule watch
  on list
  with tag watched
rule seen
  on everything
  with audit full
)";

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::size_t Below(std::size_t count) { return engine_() % count; }
  template <typename T, std::size_t kCount>
  const T& Of(const T (&all)[kCount]) {
    return all[Below(kCount)];
  }

 private:
  std::mt19937 engine_;
};

constexpr std::string_view kMethods[] = {"GET", "POST", "DELETE"};
constexpr std::string_view kHosts[] = {"p.example.com", "A.P.Example.com:80", "a,b", "other"};
constexpr std::string_view kTargets[] = {"/things",         "/things/7?q=a%3Bb", "/things/8",
                                         "/files/public/x", "/files/%61/../b",   "/a%zz",
                                         "//things",        "/things?q=1&q=2",   "/nothing"};
constexpr std::string_view kClaims[] = {
    R"({"sub":"ann","scope":"read write x","groups":["dev","ops"],"plan":"gold","iat":999999})",
    R"({"sub":"bob","scope":"admin","groups":["zoo"],"plan":"free","iat":900000.5})",
    R"({"sub":5,"scope":["read"],"groups":"dev","plan":"none","iat":"x"})",
    R"({"sub":"ann","sub":"bob"})",
    R"({"broken)",
    "[]"};
constexpr std::string_view kAddresses[] = {"10.0.0.1", "fd00::7", "203.0.113.9", "", "nonsense"};
constexpr std::string_view kTypes[] = {"application/json", "application/x-www-form-urlencoded", "text/plain"};
constexpr std::string_view kBodies[] = {R"({"name":"root","more":[1,2,{"x":null}]})", "name=root&a=%20", "", "{{{"};
constexpr std::string_view kNames[] = {"evil-1", "good", ""};
constexpr std::string_view kTenants[] = {"T1", "t1", "t2"};

class NoAllocationTest : public test::EngineTest {};

TEST_F(NoAllocationTest, RandomRequestsAllocateNothing) {
  ASSERT_NO_FATAL_FAILURE(Load(kPolicy));
  const std::vector<TableRow> facts = {{{"7", "t1", "ann"}}, {{"8", "t2", "bob"}}};
  const std::vector<TableRow> teams = {{{"dev", "eng"}}, {{"eng", "staff"}}, {{"ops", "staff"}}};
  ASSERT_TRUE(engine_.LoadTable("p.facts", facts).has_value());
  ASSERT_TRUE(engine_.LoadTable("p.teams", teams).has_value());
  const AttributeId tenant = engine_.Attribute("context.tenant");
  const AttributeId certificate = engine_.Attribute("connection.client-cert");
  Reader reader = engine_.NewReader().value();
  Random random(20261122);
  std::array<std::uint64_t, 4> outcomes{};
  std::uint64_t obligations = 0;
  std::uint64_t ill_typed = 0;
  const std::uint64_t before = allocation_count.load(std::memory_order_relaxed);
  ASSERT_GT(before, 0U) << "the counter does not count";
  for (int i = 0; i < 200'000; ++i) {
    Request& request = reader.Begin();
    const std::array<NameValue, 3> headers = {
        {{"Content-Type", random.Of(kTypes)}, {"X-Name", random.Of(kNames)}, {"Host", "p.example.com"}}};
    request.SetHttp({random.Of(kMethods), random.Of(kHosts), random.Of(kTargets),
                     std::span(headers).first(random.Below(4)), random.Of(kBodies), random.Below(4) != 0, 100});
    request.SetSource(random.Of(kAddresses), random.Of(kAddresses));
    if (random.Below(3) != 0) request.SetNow(1'000'000LL * 1'000'000'000);
    if (random.Below(8) != 0) static_cast<void>(request.SetJson(AttributeSource::kToken, random.Of(kClaims)));
    if (random.Below(4) == 0) request.SetCredential(static_cast<Credential>(random.Below(3)));
    request.Set(tenant, random.Of(kTenants));
    if (random.Below(2) == 0) request.SetBool(certificate, true);
    if (random.Below(2) == 0) static_cast<void>(reader.Admit());
    const Decision& decision = reader.Decide();
    ++outcomes[static_cast<std::size_t>(decision.outcome())];
    obligations += decision.set_headers().size() + decision.tags().size() + decision.shadows().size();
    static_cast<void>(decision.deciding_test());
    ill_typed += decision.ill_typed().size();
    if (random.Below(16) == 0) reader.Release();
  }
  EXPECT_EQ(allocation_count.load(std::memory_order_relaxed) - before, 0U);
  EXPECT_GT(outcomes[static_cast<std::size_t>(Outcome::kAllow)], 1000U);
  EXPECT_GT(outcomes[static_cast<std::size_t>(Outcome::kDeny)], 1000U);
  EXPECT_GT(outcomes[static_cast<std::size_t>(Outcome::kChallenge)], 1000U);
  EXPECT_GT(obligations, 1000U);
  EXPECT_GT(ill_typed, 1000U);
}

}  // namespace
}  // namespace ward

// 10,000 tests of one bundle: read and checked, and run. Half of them bind computed attributes, all of them live rows.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "bundle/file_set.h"
#include "compile/checked_bundle.h"
#include "testing/run.h"

namespace {

constexpr int kTestCount = 10'000;

constexpr std::string_view kPolicy = R"(policy shop governs shop
type plan is one of free < silver < gold
type scope is one of orders:read, orders:write
attributes of token
  sub:    string up to 128
  scopes: set of scope, from scope, split by " "
  age:    duration, from now - iat
table clients live
  | id: string key | plan: plan | active: bool |
table order-facts live
  | id: int key | owner: string |
attributes of client from clients[token.sub]
  plan: plan, from clients[token.sub].plan or else free
parameter max-age: duration = 15 minutes, between 1 minute and 1 hour
zone office
  networks 10.0.0.0/8
zone internet
  everything else
api shop at "shop.example.com"
  list-orders   GET     /orders
  read-order    GET     /orders/{order: int}
  cancel-order  DELETE  /orders/{order: int}
rule read
  allow list-orders, read-order
  when token.scopes has orders:read
rule cancel
  allow cancel-order
  when token.scopes has orders:write and client.plan at least silver
rule owners
  require order-facts[path.order].owner is token.sub
  for read-order, cancel-order
rule fresh
  require token.age at most max-age
  for everything
  reply 401
rule inactive
  deny everything
  when clients[token.sub].active is false
given ann
  token.sub is "ann"
  token.scopes is [orders:read, orders:write]
  clients["ann"] is [gold, true]
  source.ip is 10.1.2.3
)";

std::map<std::string, std::string> Texts() {
  std::string tests = "policy shop.test governs shop\n";
  for (int i = 0; i < kTestCount; ++i) {
    const std::string number = std::to_string(i);
    const bool bound = i % 2 == 0;
    tests += "test \"t" + number + "\"\n  given ann\n";
    tests += bound ? "  with token.age is 1 minute\n  with client.plan is gold\n" : "  with token.age is 20 minutes\n";
    tests += "  with order-facts[" + number + "].owner is \"ann\"\n  send DELETE \"/orders/" + number + "\"\n";
    tests += bound ? "  expect allow by cancel, zone office\n" : "  expect challenge by fresh, reply 401\n";
  }
  return {
      {"ward.toml", "name = \"bench\"\nedition = 1\n"}, {"shop.ward", std::string(kPolicy)}, {"shop.test.ward", tests}};
}

std::unique_ptr<ward::compile::CheckedBundle> Check() {
  auto checked = ward::compile::CheckBundle(*ward::bundle::TextsInMemory(Texts()), [](std::string_view) {});
  if (!checked.has_value() || !(*checked)->program.has_value()) {
    std::fputs("the bundle of this benchmark does not compile\n", stderr);
    std::abort();
  }
  return std::move(checked).value();
}

void CheckTenThousandTests(benchmark::State& state) {
  for ([[maybe_unused]] const auto& ignored : state) benchmark::DoNotOptimize(Check());
}

void RunTenThousandTests(benchmark::State& state) {
  const auto checked = Check();
  ward::testing::RunOptions options;
  options.worker_count = static_cast<int>(state.range(0));
  for ([[maybe_unused]] const auto& ignored : state) {
    const ward::testing::RunResult run = ward::testing::RunTests(*checked, options);
    if (run.Count(ward::testing::Status::kPassed) != kTestCount) state.SkipWithError("not all of them passed");
  }
  state.SetItemsProcessed(state.iterations() * kTestCount);
}

BENCHMARK(CheckTenThousandTests)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(RunTenThousandTests)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();

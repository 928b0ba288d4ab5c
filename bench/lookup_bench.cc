// W3 and W5 without rules, and string domains: one look-up in each structure of src/lookup. See README.md.
// Before anything is timed, every answer is compared with what the generator knows or a scan finds. Times are
// throughput: look-ups do not wait for each other, as a decision's do not.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip_address.h"
#include "lookup/prefix_table.h"
#include "lookup/segment_trie_builder.h"
#include "lookup/string_domain.h"

namespace {

using ward::base::IpAddress;
using ward::lookup::PrefixTable;
using ward::lookup::RoutePattern;
using ward::lookup::SegmentKind;

constexpr std::size_t kQueries = 1 << 16;

template <typename T>
T Must(ward::Result<T> result) {
  if (result.has_value()) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}

void Expect(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "wrong answer: %.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(1);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t operator()() { return engine_(); }
  std::uint32_t Below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }

 private:
  std::mt19937_64 engine_;
};

void ReportBytes(benchmark::State& state, std::size_t bytes) {
  state.counters["bytes_each"] = static_cast<double>(bytes) / static_cast<double>(state.range(0));
  state.SetItemsProcessed(state.iterations());
}

// Half of the texts looked up are constants.
void StringDomainFind(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  Random random(count);
  std::vector<std::string> texts;
  std::vector<ward::lookup::StringDomainConstant> constants;
  for (std::uint32_t i = 0; i < count; ++i)
    texts.push_back("res" + std::to_string(i) + (i % 2 == 0 ? ":read" : ":write"));
  for (std::uint32_t i = 0; i < count; ++i) constants.push_back({texts[i], i + 2});
  const auto data = Must(ward::lookup::BuildStringDomain(constants));
  const ward::lookup::StringDomain domain = data.View();
  std::vector<std::string> queries;
  for (std::size_t i = 0; i < kQueries; ++i) {
    const std::uint32_t at = random.Below(count);
    queries.push_back(i % 2 == 0 ? texts[at] : texts[at] + "s");
    Expect(domain.Find(queries.back()) == (i % 2 == 0 ? at + 2 : 1), queries.back());
  }
  std::size_t i = 0;
  for (auto unused : state) benchmark::DoNotOptimize(domain.Find(queries[i++ % kQueries]));
  ReportBytes(state, domain.size_bytes());
}
BENCHMARK(StringDomainFind)->Arg(30)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

std::vector<ward::lookup::Prefix> DistinctPrefixes(std::uint32_t count, bool v4, Random& random) {
  static constexpr std::array<std::uint64_t, 5> kRegistries{0x2001, 0x2400, 0x2600, 0x2A00, 0x2C0F};
  std::map<std::pair<IpAddress, int>, std::uint32_t> distinct;
  while (distinct.size() < count) {
    IpAddress address = IpAddress::FromV4(static_cast<std::uint32_t>(random()));
    int length = static_cast<int>(8 + random.Below(25));
    if (length < 16 && random.Below(50) != 0) length = 24;
    if (!v4) {
      address = IpAddress::FromV6(kRegistries[random.Below(5)] << 48 | random() >> 16, random());
      length = random.Below(50) == 0 ? 128 : 29 + static_cast<int>(random.Below(36));
    }
    const ward::base::Cidr cidr = ward::base::MakeCidr(address, length);
    distinct.emplace(std::pair(cidr.network, cidr.length), 1 + random.Below(65'000));
  }
  std::vector<ward::lookup::Prefix> prefixes;
  for (const auto& [cidr, value] : distinct) prefixes.push_back({{cidr.first, cidr.second}, value});
  return prefixes;
}

std::uint32_t ScanPrefixes(const std::vector<ward::lookup::Prefix>& prefixes, IpAddress address) {
  int length = -1;
  std::uint32_t value = 0;
  for (const ward::lookup::Prefix& prefix : prefixes) {
    if (prefix.cidr.length > length && prefix.cidr.Contains(address)) {
      length = prefix.cidr.length;
      value = prefix.value;
    }
  }
  return value;
}

// W5: half of the addresses lie near a prefix.
void FindPrefix(benchmark::State& state, bool v4) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  Random random(count);
  const std::vector<ward::lookup::Prefix> prefixes = DistinctPrefixes(count, v4, random);
  const auto data = Must(BuildPrefixTable(prefixes, ward::lookup::PrefixAnswer::kLongest));
  const PrefixTable table = data.View();
  std::vector<IpAddress> queries;
  for (std::size_t i = 0; i < kQueries; ++i) {
    const IpAddress near = prefixes[random.Below(count)].cidr.network;
    queries.push_back(v4 ? IpAddress::FromV4(random.Below(2) == 0 ? static_cast<std::uint32_t>(random())
                                                                  : near.v4() + random.Below(256))
                         : IpAddress::FromV6(near.high() + random.Below(256) * random.Below(2), random()));
    if (i < 100) Expect(table.Find(queries[i]) == ScanPrefixes(prefixes, queries[i]), queries[i].ToString());
  }
  std::size_t i = 0;
  for (auto unused : state) benchmark::DoNotOptimize(table.Find(queries[i++ % kQueries]));
  ReportBytes(state, v4 ? table.v4().size_bytes() : table.v6().size_bytes());
}
void FindPrefixV4(benchmark::State& state) { FindPrefix(state, true); }
void FindPrefixV6(benchmark::State& state) { FindPrefix(state, false); }
BENCHMARK(FindPrefixV4)->Arg(10)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(FindPrefixV6)->Arg(10)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

constexpr std::array<std::string_view, 5> kMethods{"GET", "POST", "PUT", "PATCH", "DELETE"};

struct RouteQuery {
  std::string text;  // host, method and path, one behind the other
  std::size_t host_bytes = 0;
  std::size_t method_bytes = 0;

  [[nodiscard]] ward::lookup::RouteMatch Find(const ward::lookup::SegmentTrie& trie) const {
    const std::string_view all(text);
    return trie.Find(all.substr(0, host_bytes), all.substr(host_bytes, method_bytes),
                     all.substr(host_bytes + method_bytes));
  }
};

// Twenty hosts, five templates a service.
std::vector<RoutePattern> GatewayRoutes(std::uint32_t count, Random& random) {
  static constexpr std::array<std::array<std::string_view, 4>, 5> kTails{
      {{"orders"}, {"orders", "{}"}, {"orders", "{}", "items", "{}"}, {"status"}, {"customers", "{}", "history"}}};
  std::vector<RoutePattern> routes;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t service = i / 5;
    RoutePattern route;
    route.hosts = {"api" + std::to_string(service % 20) + ".example.com"};
    route.method = kMethods[random.Below(kMethods.size())];
    route.operation = i + 1;
    route.path = {{SegmentKind::kLiteral, "v1", {}}, {SegmentKind::kLiteral, "service-" + std::to_string(service), {}}};
    for (const std::string_view segment : kTails[i % 5]) {
      if (segment.empty()) break;
      const bool is_literal = segment != "{}";
      route.path.push_back(
          {is_literal ? SegmentKind::kLiteral : SegmentKind::kAny, is_literal ? std::string(segment) : "", {}});
    }
    routes.push_back(std::move(route));
  }
  return routes;
}

// W3: one in ten requests has a method that may not fit.
void FindRoute(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  Random random(count);
  const std::vector<RoutePattern> routes = GatewayRoutes(count, random);
  const auto data = Must(ward::lookup::BuildSegmentTrie(routes));
  const ward::lookup::SegmentTrie trie = data.View();
  std::vector<RouteQuery> queries;
  for (std::size_t i = 0; i < kQueries; ++i) {
    const RoutePattern& route = routes[random.Below(count)];
    const std::string method(random.Below(10) == 0 ? kMethods[random.Below(kMethods.size())]
                                                   : std::string_view(route.method));
    RouteQuery query{route.hosts[0] + method, route.hosts[0].size(), method.size()};
    for (const ward::lookup::SegmentPattern& segment : route.path) {
      query.text +=
          '/' + (segment.kind == SegmentKind::kLiteral ? segment.literal : std::to_string(random.Below(1'000'000)));
    }
    Expect(query.Find(trie).operation == (method == route.method ? route.operation : 0), query.text);
    queries.push_back(std::move(query));
  }
  std::size_t i = 0;
  for (auto unused : state) benchmark::DoNotOptimize(queries[i++ % kQueries].Find(trie));
  ReportBytes(state, trie.size_bytes());
}
BENCHMARK(FindRoute)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000)->Arg(100'000);

void BuildRoutes(benchmark::State& state) {
  Random random(1);
  const std::vector<RoutePattern> routes = GatewayRoutes(static_cast<std::uint32_t>(state.range(0)), random);
  for (auto unused : state) benchmark::DoNotOptimize(Must(ward::lookup::BuildSegmentTrie(routes)).nodes.size());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BuildRoutes)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();

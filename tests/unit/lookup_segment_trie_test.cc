#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "byte_damage.h"
#include "lookup/route_pattern.h"
#include "lookup/segment_trie.h"
#include "lookup/segment_trie_builder.h"
#include "route_oracle.h"

namespace ward::lookup {
namespace {

SegmentTrieData Build(const std::vector<RoutePattern>& routes) {
  Result<SegmentTrieData> data = BuildSegmentTrie(routes);
  EXPECT_TRUE(data.has_value()) << (data.has_value() ? "" : data.error().message);
  const Result<void> verified = data->View().Verify(1'000'000);
  EXPECT_TRUE(verified.has_value()) << (verified.has_value() ? "" : verified.error().message);
  return std::move(data).value();
}

std::uint32_t Operation(const SegmentTrieData& data, std::string_view method, std::string_view path,
                        std::string_view host = "h") {
  return data.View().Find(host, method, path).operation;
}

TEST(SegmentTrie, WithoutRoutesNothingIsFound) {
  EXPECT_FALSE(SegmentTrie().Find("h", "GET", "/").found());
  EXPECT_TRUE(SegmentTrie().Verify(1).has_value());
  const SegmentTrieData data = Build({});
  EXPECT_FALSE(data.View().Find("h", "GET", "/").found());
  EXPECT_FALSE(data.View().Find("h", "GET", "/a/b").found());
  EXPECT_EQ(data.View().FindMethod("GET"), kNoMethod);
}

TEST(SegmentTrie, TheRoutesOfTheTour) {
  const SegmentTrieData data =
      Build({MakeRoute("h", "GET /orders", 1), MakeRoute("h", "GET /orders/{int}", 2),
             MakeRoute("h", "PATCH /orders/{int}", 3), MakeRoute("h", "DELETE /orders/{int}", 4),
             MakeRoute("h", "POST /orders/export", 5)});
  EXPECT_EQ(Operation(data, "GET", "/orders"), 1U);
  EXPECT_EQ(Operation(data, "GET", "/orders/42"), 2U);
  EXPECT_EQ(Operation(data, "DELETE", "/orders/-42"), 4U);
  EXPECT_EQ(Operation(data, "POST", "/orders/export"), 5U);
  EXPECT_EQ(Operation(data, "GET", "/orders/export"), 0U);
  EXPECT_EQ(Operation(data, "POST", "/orders/42"), 0U);
  EXPECT_EQ(Operation(data, "PUT", "/orders"), 0U);
  EXPECT_EQ(Operation(data, "get", "/orders"), 0U);
  EXPECT_EQ(Operation(data, "GET", "/orders/42/items"), 0U);
  EXPECT_EQ(Operation(data, "GET", "/"), 0U);
  EXPECT_EQ(Operation(data, "GET", "/orders", "other"), 0U);
}

TEST(SegmentTrie, AMoreSpecificPatternWithoutTheMethodDoesNotHide) {
  const SegmentTrieData data =
      Build({MakeRoute("h", "GET /a/b", 1), MakeRoute("h", "PUT /a/{}", 2), MakeRoute("h", "GET /{}/b", 3),
             MakeRoute("h", "POST /{}/{}", 4), MakeRoute("h", "GET /a/b/c", 5), MakeRoute("h", "DELETE /{}/{}/c", 6),
             MakeRoute("h", "HEAD /**", 7)});
  EXPECT_EQ(Operation(data, "GET", "/a/b"), 1U);
  EXPECT_EQ(Operation(data, "PUT", "/a/b"), 2U);
  EXPECT_EQ(Operation(data, "POST", "/a/b"), 4U);
  EXPECT_EQ(Operation(data, "GET", "/x/b"), 3U);
  EXPECT_EQ(Operation(data, "DELETE", "/a/b/c"), 6U);
  EXPECT_EQ(Operation(data, "HEAD", "/a/b/c"), 7U);
  EXPECT_EQ(Operation(data, "HEAD", "/"), 7U);
}

TEST(SegmentTrie, DecidesFromTheLeft) {
  const SegmentTrieData data =
      Build({MakeRoute("h", "GET /{}/b/c", 1), MakeRoute("h", "GET /a/**", 2), MakeRoute("h", "GET /*/x", 3),
             MakeRoute("h", "GET /{}/x", 4), MakeRoute("h", "GET /{int}/x", 5), MakeRoute("h", "GET /[7|8|nine]/x", 6),
             MakeRoute("h", "GET /8/x", 7)});
  EXPECT_EQ(Operation(data, "GET", "/a/b/c"), 2U);
  EXPECT_EQ(Operation(data, "GET", "/z/b/c"), 1U);
  EXPECT_EQ(Operation(data, "GET", "/z/x"), 4U);
  EXPECT_EQ(Operation(data, "GET", "/6/x"), 5U);
  EXPECT_EQ(Operation(data, "GET", "/7/x"), 5U);
  EXPECT_EQ(Operation(data, "GET", "/nine/x"), 6U);
  EXPECT_EQ(Operation(data, "GET", "/8/x"), 7U);
  EXPECT_EQ(Operation(data, "GET", "/a"), 2U);
}

TEST(SegmentTrie, ATypedParameterBeatsABareOneWhateverItsText) {
  const SegmentTrieData data = Build({MakeRoute("h", "GET /{typed}/a", 1), MakeRoute("h", "GET /{}/a", 2),
                                      MakeRoute("h", "GET /{}/b", 3), MakeRoute("h", "GET /{int}/a", 4)});
  EXPECT_EQ(Operation(data, "GET", "/10.0.0.1/a"), 1U);
  EXPECT_EQ(Operation(data, "GET", "/x/b"), 3U);
  EXPECT_EQ(Operation(data, "GET", "/7/a"), 4U);
}

TEST(SegmentTrie, Int64SpellingsOnly) {
  const SegmentTrieData data = Build({MakeRoute("h", "GET /{int}", 1), MakeRoute("h", "GET /{}", 2)});
  for (const std::string_view text : {"0", "-0", "007", "9223372036854775807", "-9223372036854775808"}) {
    EXPECT_EQ(Operation(data, "GET", '/' + std::string(text)), 1U) << text;
  }
  for (const std::string_view text :
       {"-", "+1", "1.0", "9223372036854775808", "-9223372036854775809", "1e3", "0x1", " 1", "1 "}) {
    EXPECT_EQ(Operation(data, "GET", '/' + std::string(text)), 2U) << text;
  }
}

TEST(SegmentTrie, HostsExactThenLongestSuffixThenAny) {
  const SegmentTrieData data =
      Build({MakeRoute("api.example.com", "GET /a", 1), MakeRoute("*.example.com", "GET /a", 2),
             MakeRoute("*.com", "GET /a", 3), MakeRoute("*.com", "GET /b", 4), MakeRoute("*", "GET /c", 5),
             MakeRoute("*.eu.example.com", "PUT /a", 6)});
  EXPECT_EQ(Operation(data, "GET", "/a", "api.example.com"), 1U);
  EXPECT_EQ(Operation(data, "GET", "/a", "www.example.com"), 2U);
  EXPECT_EQ(Operation(data, "GET", "/a", "x.y.example.com"), 2U);
  EXPECT_EQ(Operation(data, "GET", "/a", "example.com"), 3U);
  EXPECT_EQ(Operation(data, "GET", "/a", ".example.com"), 3U);  // no label in front of the longer suffix
  EXPECT_EQ(Operation(data, "GET", "/a", "com"), 0U);
  EXPECT_EQ(Operation(data, "GET", "/c", "com"), 5U);
  // A wider host answers what a narrower one does not know.
  EXPECT_EQ(Operation(data, "GET", "/b", "api.example.com"), 4U);
  EXPECT_EQ(Operation(data, "GET", "/c", "api.example.com"), 5U);
  EXPECT_EQ(Operation(data, "GET", "/a", "x.eu.example.com"), 2U);
  EXPECT_EQ(Operation(data, "PUT", "/a", "x.eu.example.com"), 6U);
  EXPECT_EQ(Operation(data, "GET", "/a", std::string(300, '.')), 0U);
}

TEST(SegmentTrie, HostPatternsAreFolded) {
  EXPECT_EQ(Operation(Build({MakeRoute("*.Example.COM", "GET /", 1)}), "GET", "/", "a.example.com"), 1U);
}

TEST(SegmentTrie, ManyHostsOfOneApiShareItsNodes) {
  RoutePattern route = MakeRoute("h0", "GET /a/b/c", 1);
  for (int i = 1; i < 100; ++i) route.hosts.push_back("h" + std::to_string(i));
  route.hosts.push_back("*");  // the same routes once more: nothing to add to the others
  const SegmentTrieData data = Build({route});
  EXPECT_LE(data.nodes.size(), 9U);
  EXPECT_EQ(Operation(data, "GET", "/a/b/c", "h77"), 1U);
  EXPECT_EQ(Operation(data, "GET", "/a/b/c", "other"), 1U);
  EXPECT_EQ(data.probes_per_segment_max, 1U);
}

TEST(SegmentTrie, ParametersAreSegmentsOfThePath) {
  const SegmentTrieData data = Build({MakeRoute("h", "GET /a/{int}/*/{}/**", 9)});
  const std::string path = "/a/17/skip/a segment of more than sixteen bytes/rest/of/it";
  const RouteMatch match = data.View().Find("h", "GET", path);
  ASSERT_EQ(match.operation, 9U);
  const std::span<const std::uint8_t> parameters = data.View().Parameters(match);
  ASSERT_EQ(parameters.size(), 2U);
  EXPECT_EQ(match.Segment(path, parameters[0]), "17");
  EXPECT_EQ(match.Segment(path, parameters[1]), "a segment of more than sixteen bytes");
  EXPECT_EQ(match.Segment(path, 99), std::nullopt);
  const RouteMatch shortest = data.View().Find("h", "GET", "/a/1/2/3");
  EXPECT_EQ(shortest.Segment("/a/1/2/3", 3), "3");
  EXPECT_EQ(shortest.Segment("/a/1/2/3", 4), std::nullopt);
}

TEST(SegmentTrie, LongPathsAndLongSegments) {
  std::string pattern = "GET ";
  std::string path;
  for (int i = 0; i < 64; ++i) {
    pattern += i % 2 == 0 ? "/{}" : "/" + std::string(static_cast<std::size_t>(i), 'x');
    path += '/' + std::string(static_cast<std::size_t>(i), 'x');
    if (i == 0) path += 'y';
  }
  const SegmentTrieData data = Build({MakeRoute("h", pattern, 1), MakeRoute("h", "GET /**", 2)});
  const RouteMatch match = data.View().Find("h", "GET", path);
  ASSERT_EQ(match.operation, 1U);
  for (std::size_t i = 2; i < 64; i += 2) EXPECT_EQ(match.Segment(path, i), std::string(i, 'x'));
  EXPECT_EQ(Operation(data, "GET", path + "/more"), 2U);
  EXPECT_EQ(Operation(data, "GET", path.substr(0, path.size() - 1) + 'z'), 2U);
  EXPECT_EQ(Operation(data, "GET", "/" + std::string(8191, 'x')), 2U);
  EXPECT_EQ(Operation(data, "GET", "/" + std::string(8192, 'x')), 0U);  // beyond kRequestPathBytesMax
  std::string deep;
  for (int i = 0; i < 4000; ++i) deep += "/x";
  EXPECT_EQ(Operation(data, "GET", deep), 2U);
}

TEST(SegmentTrie, PathsThatAreNotInNormalFormAreSafe) {
  const SegmentTrieData data = Build({MakeRoute("h", "GET /{}", 1), MakeRoute("h", "GET /", 2)});
  EXPECT_EQ(Operation(data, "GET", ""), 0U);
  EXPECT_EQ(Operation(data, "GET", "a"), 0U);
  EXPECT_EQ(Operation(data, "GET", {}), 0U);
  EXPECT_EQ(Operation(data, "GET", "/"), 2U);
  EXPECT_EQ(Operation(data, "GET", "//x"), 0U);
  EXPECT_EQ(Operation(data, "GET", std::string_view("/\0", 2)), 1U);
}

TEST(SegmentTrie, RefusesWhatNoPatternMayLookLike) {
  const auto error = [](std::vector<RoutePattern> routes) { return BuildSegmentTrie(routes).error(); };
  EXPECT_EQ(error({MakeRoute("h", "GET /a/{}", 1), MakeRoute("h", "GET /a/{}", 2)}).message,
            "routes 0 and 1 match the same requests: GET /a/{} and /a/{}");
  EXPECT_EQ(error({MakeRoute("h", "GET /**/a", 1)}).message, "route GET /**/a: `**` is not last");
  EXPECT_EQ(error({MakeRoute("*x", "GET /a", 1)}).message, "route GET /a: `*x` is no host pattern");
  EXPECT_EQ(error({MakeRoute("h", "GET /a", 0)}).code, ErrorCode::kInvalidArgument);
  RoutePattern slash = MakeRoute("h", "GET /a", 1);
  slash.path[0].literal = "a/b";
  EXPECT_EQ(error({slash}).message, "route GET /a/b: `a/b` is no segment");
  RoutePattern deep = MakeRoute("h", "GET /a", 1);
  deep.path.resize(65, deep.path[0]);
  EXPECT_EQ(error({deep}).code, ErrorCode::kTooLarge);
  deep.path.resize(64);
  EXPECT_TRUE(BuildSegmentTrie(std::vector{deep}).has_value());
  std::vector<RoutePattern> methods;
  for (std::uint32_t i = 0; i < 64; ++i) methods.push_back(MakeRoute("h", "M" + std::to_string(i) + " /a", i + 1));
  EXPECT_EQ(Operation(Build(methods), "M63", "/a"), 64U);
  methods.push_back(MakeRoute("h", "M64 /a", 65));
  EXPECT_EQ(error(methods).code, ErrorCode::kTooLarge);
}

// Twenty patterns, 2^20 sets of them.
TEST(SegmentTrie, TheBudgetStopsPatternsMadeToMultiply) {
  std::vector<RoutePattern> routes;
  for (std::uint32_t i = 0; i < 20; ++i) {
    RoutePattern route = MakeRoute("h", "GET /", i + 1);
    for (std::uint32_t k = 0; k < 20; ++k)
      route.path.push_back({k == i ? SegmentKind::kLiteral : SegmentKind::kStar, k == i ? "a" : "", {}});
    routes.push_back(route);
  }
  const Result<SegmentTrieData> data = BuildSegmentTrie(routes, {10'000, 1'000'000'000});
  ASSERT_FALSE(data.has_value());
  EXPECT_EQ(data.error().code, ErrorCode::kTooLarge);
  EXPECT_NE(data.error().message.find("patterns meet"), std::string::npos) << data.error().message;
  EXPECT_EQ(BuildSegmentTrie(routes, {1'000'000'000, 10'000}).error().code, ErrorCode::kTooLarge);
  routes.resize(5);
  EXPECT_TRUE(BuildSegmentTrie(routes, {10'000, 1'000'000}).has_value());
}

TEST(SegmentTrie, TheBudgetCountsNodesAndEdges) {
  RandomRoutes random(6);
  const std::vector<RoutePattern> routes = random.Routes(30);
  const SegmentTrieData data = Build(routes);
  const auto is_free = [](const SegmentTrieEdge& edge) { return edge == SegmentTrieEdge{}; };
  const auto free = std::count_if(data.edges.begin(), data.edges.end(), is_free);
  const std::size_t entries = data.nodes.size() + data.edges.size() - static_cast<std::size_t>(free);
  EXPECT_TRUE(BuildSegmentTrie(routes, {entries, 1'000'000}).has_value());
  EXPECT_EQ(BuildSegmentTrie(routes, {entries - 1, 1'000'000}).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(BudgetFor({}).entry_count, base::budget::kRouteEntryCountMin);
  const std::vector<RoutePattern> many(100'000, MakeRoute("h", "GET /a/b/c/d", 1));
  EXPECT_EQ(BudgetFor(many).entry_count, base::budget::kRouteEntryCountMax);
  const std::vector<RoutePattern> one = {MakeRoute("h", "GET /a/b/c/d", 1)};
  EXPECT_EQ(BudgetFor(one).entry_count,
            base::budget::kRouteEntryCountMin + 4 * base::budget::kRouteEntriesPerSegmentMax);
}

// Routes that need the whole budget take seconds to build; what counts is the number that they are held against.
TEST(SegmentTrie, TheBudgetCountsTheWorkOfMerging) {
  RandomRoutes random(6);
  const std::vector<RoutePattern> routes = random.Routes(30);
  const SegmentTrieData data = Build(routes);
  SegmentTrieBudget budget = BudgetFor(routes);
  EXPECT_EQ(budget.work, base::budget::kRouteMergeWorkMax);
  budget.work = data.work;
  EXPECT_TRUE(BuildSegmentTrie(routes, budget).has_value());
  budget.work = data.work - 1;
  EXPECT_EQ(BuildSegmentTrie(routes, budget).error().code, ErrorCode::kTooLarge);
}

TEST(SegmentTrie, TheProbesOfOneSegmentAreBounded) {
  // n nodes that go on at each other: no compiler makes these.
  const auto chain = [](std::size_t count) {
    SegmentTrieData data = Build({MakeRoute("h", "GET /a", 1)});
    const SegmentTrieNode last = data.nodes.back();
    data.nodes.resize(1);
    for (std::uint32_t i = 1; i <= count; ++i) {
      data.nodes.push_back(last);
      data.nodes.back().otherwise = i - 1;
    }
    for (SegmentTrieEdge& edge : data.edges) edge.child = 0;
    for (StringDomainEntry& entry : data.exact_hosts.entries) entry.ordinal = std::min(entry.ordinal, 2U);
    return data.View().Verify(2);
  };
  const Result<void> edge = chain(base::budget::kRouteProbesPerSegmentMax);
  EXPECT_TRUE(edge.has_value());
  EXPECT_EQ(chain(base::budget::kRouteProbesPerSegmentMax + 1).error().message,
            "routes: a segment at node 257 takes more than 256 probes");
}

// A thousand literals beside a parameter with a subtree of its own: its edges are not copied.
TEST(SegmentTrie, LiteralSiblingsShareTheNodesOfAParameter) {
  std::vector<RoutePattern> routes;
  std::uint32_t operation = 1;
  for (int i = 0; i < 1000; ++i)
    routes.push_back(MakeRoute("h", "GET /v1/s" + std::to_string(i) + "/own", operation++));
  for (int i = 0; i < 1000; ++i) routes.push_back(MakeRoute("h", "GET /v1/{}/t" + std::to_string(i), operation++));
  const SegmentTrieData data = Build(routes);
  EXPECT_LT(data.nodes.size(), 4000U);
  EXPECT_EQ(data.probes_per_segment_max, 2U);
  EXPECT_EQ(Operation(data, "GET", "/v1/s7/t9"), 1010U);
  EXPECT_EQ(Operation(data, "GET", "/v1/s7/own"), 8U);
  EXPECT_EQ(Operation(data, "GET", "/v1/x/own"), 0U);
}

TEST(SegmentTrie, SameInputSameBytes) {
  RandomRoutes random(5);
  const std::vector<RoutePattern> routes = random.Routes(200);
  const SegmentTrieData one = Build(routes);
  const SegmentTrieData other = Build(std::vector<RoutePattern>(routes));
  EXPECT_EQ(one.seed, other.seed);
  EXPECT_EQ(one.nodes, other.nodes);
  EXPECT_EQ(one.edges, other.edges);
  EXPECT_EQ(one.pilots, other.pilots);
  EXPECT_EQ(one.tails, other.tails);
  EXPECT_EQ(one.answers, other.answers);
  EXPECT_EQ(one.routes, other.routes);
  EXPECT_EQ(one.parameters, other.parameters);
  EXPECT_EQ(one.exact_hosts.entries, other.exact_hosts.entries);
  EXPECT_EQ(one.suffix_hosts.entries, other.suffix_hosts.entries);
}

TEST(SegmentTrie, AgreesWithTheScanOfAllRoutes) {
  constexpr std::uint64_t kSeed = 1234;
  RandomRoutes random(kSeed);
  int found = 0;
  int looked_up = 0;
  for (int round = 0; round < 1500; ++round) {
    const std::vector<RoutePattern> routes = random.Routes(1 + random.Below(40));
    const SegmentTrieData data = Build(routes);
    for (int i = 0; i < 200; ++i, ++looked_up) {
      const RandomRoutes::Request request = random.MakeRequest(routes);
      const std::vector<std::size_t> expected = BestRoutes(routes, request.host, request.method, request.path);
      const RouteMatch match = data.View().Find(request.host, request.method, request.path);
      ASSERT_EQ(match.found(), !expected.empty())
          << request.method << ' ' << request.host << request.path << " round " << round << " seed " << kSeed;
      if (expected.empty()) continue;
      ++found;
      // Several only where lists overlap: any of them, and none else.
      ASSERT_TRUE(std::find(expected.begin(), expected.end(), match.route) != expected.end())
          << request.method << ' ' << request.host << request.path << " got " << PatternText(routes[match.route])
          << " wanted " << PatternText(routes[expected[0]]) << " round " << round;
      ASSERT_EQ(match.operation, routes[match.route].operation);
      const std::vector<std::string> segments = SplitPath(request.path);
      const std::span<const std::uint8_t> parameters = data.View().Parameters(match);
      std::size_t parameter = 0;
      for (std::size_t k = 0; k < routes[match.route].path.size(); ++k) {
        if (!IsParameter(routes[match.route].path[k].kind)) continue;
        ASSERT_EQ(match.Segment(request.path, parameters[parameter++]), segments[k]);
      }
      ASSERT_EQ(parameter, parameters.size());
    }
  }
  EXPECT_GE(looked_up, 300'000);
  EXPECT_GT(found, looked_up / 5);
}

TEST(SegmentTrie, VerifyNamesWhatIsWrong) {
  const SegmentTrieData good = Build({MakeRoute("h", "GET /a/{}", 1), MakeRoute("*.com", "GET /a", 2),
                                      MakeRoute("h", "PUT /a/a-segment-that-is-long", 3)});
  const auto message = [](const SegmentTrieData& data) {
    const Result<void> verified = data.View().Verify(4);
    return verified.has_value() ? "" : verified.error().message;
  };
  EXPECT_EQ(message(good), "");
  EXPECT_NE(good.View().Verify(3).error().message.find("route 2 has operation 3"), std::string::npos);
  SegmentTrieData bad = good;
  bad.nodes[0].any_child = 1;
  EXPECT_NE(message(bad).find("node 0 is not empty"), std::string::npos);
  bad = good;
  bad.nodes[2].otherwise = 2;
  EXPECT_EQ(message(bad), "routes: node 2 goes on at node 2");
  bad = good;
  bad.nodes[1].any_child = static_cast<std::uint32_t>(bad.nodes.size());
  EXPECT_NE(message(bad).find("node 1 has children"), std::string::npos);
  bad = good;
  bad.nodes.back().answer_first = 100;
  EXPECT_NE(message(bad).find("answers at 100 of"), std::string::npos);
  bad = good;
  bad.answers[0] = 4;
  EXPECT_EQ(message(bad), "routes: answer 0 is route 4 of 3");
  bad = good;
  bad.edges[0].child = 0x3FFFFFFF;
  EXPECT_NE(message(bad).find("edge 0 leads to"), std::string::npos);
  bad = good;
  bad.tails.clear();
  EXPECT_NE(message(bad).find("bytes at 0 of 0"), std::string::npos);
  bad = good;
  bad.pilots.clear();
  EXPECT_NE(message(bad).find("with 0 pilots"), std::string::npos);
  bad = good;
  bad.any_host_start = 100;
  EXPECT_NE(message(bad).find("any host begins at node 100"), std::string::npos);
  bad = good;
  bad.parameters.clear();
  EXPECT_NE(message(bad).find("route 0 has 1 parameters at 0 of 0"), std::string::npos);
  bad = good;
  bad.routes[1].operation = 0;
  EXPECT_NE(message(bad).find("route 1 has operation 0"), std::string::npos);
  bad = good;
  std::find_if(bad.exact_hosts.entries.begin(), bad.exact_hosts.entries.end(), [](const StringDomainEntry& entry) {
    return entry.ordinal >= kOrdinalFirst;
  })->ordinal = 1000;
  EXPECT_NE(message(bad).find("string domain: entry"), std::string::npos);
}

// Whatever Verify accepts is safe to walk and ends; the sanitizer builds prove it.
TEST(SegmentTrie, DamagedTablesAreRefusedOrHarmless) {
  RandomRoutes random(99);
  const std::vector<RoutePattern> routes = random.Routes(40);
  const SegmentTrieData good = Build(routes);
  const auto limit = static_cast<std::uint32_t>(routes.size() + 1);
  ByteDamage damage(17);
  int accepted = 0;
  for (int round = 0; round < 100'000; ++round) {
    SegmentTrieData data = good;
    switch (damage.Below(9)) {
      case 0:
      case 1:
        damage.Apply(data.nodes);
        break;
      case 2:
      case 3:
        damage.Apply(data.edges);
        break;
      case 4:
        damage.Apply(data.pilots);
        damage.Apply(data.tails);
        break;
      case 5:
        damage.Apply(data.answers);
        break;
      case 6:
        damage.Apply(data.routes);
        damage.Apply(data.parameters);
        break;
      case 7:
        damage.Apply(data.exact_hosts.entries);
        damage.Apply(data.suffix_hosts.entries);
        damage.Apply(data.methods.entries);
        break;
      default:
        if (round % 2 == 0) damage.Truncate(data.nodes);
        if (round % 3 == 0) damage.Truncate(data.edges);
        if (round % 4 == 0) damage.Truncate(data.answers);
        if (round % 5 == 0) damage.Truncate(data.parameters);
        if (round % 7 == 0) damage.Truncate(data.tails);
        break;
    }
    if (!data.View().Verify(limit).has_value()) continue;
    ++accepted;
    for (int i = 0; i < 5; ++i) {
      const RandomRoutes::Request request = random.MakeRequest(routes);
      const RouteMatch match = data.View().Find(request.host, request.method, request.path);
      ASSERT_LT(match.operation, limit);
      if (!match.found()) continue;
      for (const std::uint8_t parameter : data.View().Parameters(match)) {
        const std::optional<std::string_view> segment = match.Segment(request.path, parameter);
        ASSERT_TRUE(!segment.has_value() || segment->size() < request.path.size());
      }
    }
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_LT(accepted, 100'000);
}

}  // namespace
}  // namespace ward::lookup

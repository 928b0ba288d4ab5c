// The oracle against answers worked out by hand from LANGUAGE.md (d), (e): it judges everything
// else.
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ir/oracle.h"
#include "ir/oracle_eval.h"
#include "ir_fixture.h"

namespace ward::ir {
namespace {

class OracleTestCase : public ::testing::Test {
 protected:
  // By input; the rest is missing.
  void Give(ValueId input, Datum datum) {
    request_.inputs.resize(s_.builder.program().inputs.size());
    request_.inputs[s_.builder.program().values[input.index()].input.index()] = std::move(datum);
  }
  void Hide(ValueId input) { request_.inputs[s_.builder.program().values[input.index()].input.index()].reset(); }
  Truth Of(AtomId atom) {
    Prepare();
    return OracleEval(s_.builder.program(), world_, request_).Atom(atom);
  }
  OracleDecision Decide() {
    Prepare();
    return Oracle(s_.builder.program(), world_).Decide(request_);
  }
  void Prepare() {
    request_.inputs.resize(s_.builder.program().inputs.size());
    if (!request_.operation.has_value()) request_.operation = OperationId(0);
    if (world_.utc_offset == nullptr) world_ = MakeOracleWorld(s_.builder.program());
  }
  static Datum Scopes(std::set<std::int64_t> members, bool dropped = false) {
    Datum datum;
    datum.type = ValueType::kEnumSet;
    datum.members = std::move(members);
    datum.dropped = dropped;
    return datum;
  }
  std::string Answer() {
    const OracleDecision d = Decide();
    const std::string rule = d.rule.has_value() ? s_.builder.program().rules[d.rule.index()].name : "default";
    return std::to_string(d.status) + " " + rule + (d.in_doubt ? " in doubt" : "");
  }

  Sketch s_;
  OracleWorld world_;
  OracleRequest request_;
};

TEST_F(OracleTestCase, MissingIsDoubtAndPresenceIsNot) {
  const ValueId owner = s_.Input("context.owner", ValueType::kString);
  const AtomId is = s_.Is(owner, "ann");
  const AtomId present = s_.MakeAtom(AtomOp::kPresent, {owner});
  EXPECT_EQ(Of(is), Truth::kDoubt);
  EXPECT_EQ(Of(present), Truth::kFalse);
  Give(owner, TextDatum("bob"));
  EXPECT_EQ(Of(is), Truth::kFalse);
  EXPECT_EQ(Of(present), Truth::kTrue);
}

// Members that the enum does not list were dropped: they can only be in the way of what rests on
// all members.
TEST_F(OracleTestCase, DroppedMembersMakeDoubtWhereTheyCouldMatter) {
  const ValueId a = s_.Input("token.scopes", ValueType::kEnumSet, AttributeSource::kToken, Sketch::kScope);
  const ValueId b = s_.Input("context.wants", ValueType::kEnumSet, AttributeSource::kContext, Sketch::kScope);
  const AtomId is_01 = s_.MakeAtom(AtomOp::kIn, {a}, {s_.Set({0, 1})});
  const AtomId equal = s_.MakeAtom(AtomOp::kEqual, {a, b});
  const AtomId any = s_.MakeAtom(AtomOp::kHasAny, {a, b});
  const AtomId all = s_.MakeAtom(AtomOp::kHasAll, {a, b});
  const AtomId has = s_.MakeAtom(AtomOp::kHas, {a}, {s_.builder.AddNumber(ValueType::kEnum, 2, Sketch::kScope)});
  Give(a, Scopes({0, 1}, true));
  Give(b, Scopes({0, 1}));
  EXPECT_EQ(Of(is_01), Truth::kDoubt);
  EXPECT_EQ(Of(equal), Truth::kDoubt);
  EXPECT_EQ(Of(any), Truth::kTrue);
  EXPECT_EQ(Of(all), Truth::kTrue);
  EXPECT_EQ(Of(has), Truth::kFalse);
  Give(b, Scopes({2}));
  EXPECT_EQ(Of(equal), Truth::kFalse);
  EXPECT_EQ(Of(any), Truth::kFalse);
  Give(b, Scopes({2}, true));
  EXPECT_EQ(Of(any), Truth::kDoubt);
  Give(b, Scopes({0}, true));
  EXPECT_EQ(Of(all), Truth::kDoubt);
  Give(b, Scopes({2}, true));
  EXPECT_EQ(Of(all), Truth::kFalse);
  Give(a, Scopes({0}, true));
  EXPECT_EQ(Of(is_01), Truth::kFalse);
}

TEST_F(OracleTestCase, ArithmeticSaturatesAndEmptyRangesAreInDoubtOfTheMissing) {
  const ValueId amount = s_.Input("context.amount", ValueType::kInt);
  Value sum;
  sum.op = ValueOp::kAdd;
  sum.type = ValueType::kInt;
  sum.args = {amount, amount};
  const ValueId doubled = s_.builder.Add(sum);
  Atom range;
  range.op = AtomOp::kRange;
  range.args = {doubled};
  range.low = INT64_MAX;
  const AtomId at_end = s_.builder.Add(range);
  range.high = INT64_MIN;
  const AtomId never = s_.builder.Add(range);
  EXPECT_EQ(Of(at_end), Truth::kDoubt);
  EXPECT_EQ(Of(never), Truth::kDoubt);
  Give(amount, NumberDatum(ValueType::kInt, INT64_MAX));
  EXPECT_EQ(Of(at_end), Truth::kTrue);
  EXPECT_EQ(Of(never), Truth::kFalse);
}

TEST_F(OracleTestCase, PathsByWholeSegments) {
  const ValueId path = s_.Input("path", ValueType::kString, AttributeSource::kPath);
  const auto on = [&](AtomOp op, const char* pattern, const char* text) {
    Give(path, TextDatum(text));
    return Of(s_.MakeAtom(op, {path}, {s_.builder.AddText(pattern)})) == Truth::kTrue;
  };
  EXPECT_TRUE(on(AtomOp::kUnder, "/admin", "/admin"));
  EXPECT_TRUE(on(AtomOp::kUnder, "/admin", "/admin/x/y"));
  EXPECT_FALSE(on(AtomOp::kUnder, "/admin", "/administrator"));
  EXPECT_TRUE(on(AtomOp::kUnder, "/", "/x"));
  EXPECT_TRUE(on(AtomOp::kPathGlob, "/a/*", "/a/b"));
  EXPECT_FALSE(on(AtomOp::kPathGlob, "/a/*", "/a/b/c"));
  EXPECT_FALSE(on(AtomOp::kPathGlob, "/a/*", "/a"));
  EXPECT_TRUE(on(AtomOp::kPathGlob, "/a/**", "/a/b/c"));
  EXPECT_TRUE(on(AtomOp::kPathGlob, "/a/**", "/a"));
  EXPECT_TRUE(on(AtomOp::kGlob, "a*c*", "abcd"));
  EXPECT_FALSE(on(AtomOp::kGlob, "a*c", "abcd"));
}

TEST_F(OracleTestCase, TablesByLongestPrefixAndTreesByAncestors) {
  const ValueId ip = s_.Input("source.ip", ValueType::kIp, AttributeSource::kSourceIp);
  const ValueId team = s_.Input("context.team", ValueType::kString);
  Program& p = s_.builder.program();
  Table geo;
  geo.columns = {{"net", ValueType::kCidr, {}, 0, true}, {"country", ValueType::kString, {}, 256, false}};
  p.tables.push_back(geo);
  Table teams;
  teams.live = true;
  teams.tree = true;
  teams.columns = {{"id", ValueType::kString, {}, 256, true}, {"parents", ValueType::kStringSet, {}, 256, false}};
  p.tables.push_back(teams);
  const auto prefix = [](const char* text) {
    Datum datum;
    datum.type = ValueType::kCidr;
    datum.cidr = base::ParseCidr(text)->cidr;
    return datum;
  };
  const auto parents = [](std::set<std::string> names) {
    Datum datum;
    datum.type = ValueType::kStringSet;
    datum.texts = std::move(names);
    return datum;
  };
  Value lookup;
  lookup.op = ValueOp::kLookup;
  lookup.type = ValueType::kString;
  lookup.table = TableId(0);
  lookup.column = 1;
  lookup.args = {ip};
  const ValueId country = s_.builder.Add(lookup);
  Atom within;
  within.op = AtomOp::kWithinTree;
  within.table = TableId(1);
  within.args = {team, s_.Text("all")};
  const AtomId below_all = s_.builder.Add(within);
  Atom in_table;
  in_table.op = AtomOp::kInTable;
  in_table.table = TableId(1);
  in_table.args = {team};
  const AtomId is_team = s_.builder.Add(in_table);
  Prepare();
  world_.tables[0].rows = {{prefix("10.0.0.0/8"), TextDatum("far")},
                           {prefix("10.1.0.0/16"), TextDatum("near")},
                           {prefix("10.2.0.0/16"), std::nullopt}};
  Give(ip, IpDatum(*base::IpAddress::Parse("10.1.2.3")));
  Give(team, TextDatum("dev"));
  EXPECT_EQ(Of(s_.Is(country, "near")), Truth::kTrue);
  Give(ip, IpDatum(*base::IpAddress::Parse("10.2.0.1")));
  EXPECT_EQ(Of(s_.Is(country, "far")), Truth::kDoubt);  // the longest prefix has an empty cell
  Give(ip, IpDatum(*base::IpAddress::Parse("192.0.2.1")));
  EXPECT_EQ(Of(s_.Is(country, "far")), Truth::kDoubt);
  // Not loaded: in doubt as a whole. Loaded: who has no row has no ancestors, but is itself.
  EXPECT_EQ(Of(below_all), Truth::kDoubt);
  EXPECT_EQ(Of(is_team), Truth::kDoubt);
  world_.tables[1].loaded = true;
  EXPECT_EQ(Of(below_all), Truth::kFalse);
  EXPECT_EQ(Of(is_team), Truth::kFalse);
  world_.tables[1].rows = {{TextDatum("dev"), parents({"eng"})}, {TextDatum("eng"), parents({"x", "all"})}};
  EXPECT_EQ(Of(below_all), Truth::kTrue);
  EXPECT_EQ(Of(is_team), Truth::kTrue);
  Give(team, TextDatum("all"));
  EXPECT_EQ(Of(below_all), Truth::kTrue);
  EXPECT_EQ(Of(is_team), Truth::kFalse);
}

TEST_F(OracleTestCase, SchedulesBelongToTheirStartDay) {
  const ValueId now = s_.Input("now", ValueType::kTimestamp, AttributeSource::kNow);
  Program& p = s_.builder.program();
  // Friday 22:00 to 06:00, an hour east of UTC.
  p.schedules.push_back({"nights", "Somewhere/East", {{4, 4, 22 * 3600, 6 * 3600}, {6, 6, 0, 86'400}}});
  Atom within;
  within.op = AtomOp::kWithinSchedule;
  within.args = {now};
  within.schedule = ScheduleId(0);
  const AtomId at_night = s_.builder.Add(within);
  Prepare();
  world_.utc_offset = [](std::string_view, std::int64_t) { return std::int64_t{3600}; };
  constexpr std::int64_t kFridayMidnight = 1'767'312'000 - 3600;  // 2026-01-02T00:00 there
  const auto at = [&](std::int64_t hours, std::int64_t seconds) {
    Give(now, NumberDatum(ValueType::kTimestamp, (kFridayMidnight + hours * 3600 + seconds) * 1'000'000'000));
    return Of(at_night) == Truth::kTrue;
  };
  EXPECT_FALSE(at(21, 3599));
  EXPECT_TRUE(at(22, 0));
  EXPECT_TRUE(at(24 + 5, 3599));
  EXPECT_FALSE(at(24 + 6, 0));
  EXPECT_FALSE(at(2, 0));  // Thursday's night is none
  EXPECT_FALSE(at(47, 3599));
  EXPECT_TRUE(at(48, 0));  // Sunday, all day
  EXPECT_TRUE(at(71, 3599));
  EXPECT_FALSE(at(72, 0));
}

TEST_F(OracleTestCase, ReplyGoesToTheFirstCause) {
  const ValueId owner = s_.Input("context.owner", ValueType::kString);
  const ValueId team = s_.Input("context.team", ValueType::kString);
  const NodeId ann = s_.Leaf(s_.Is(owner, "ann"));
  const NodeId red = s_.Leaf(s_.Is(team, "red"));
  s_.AddRule("a-allow", RuleKind::kAllow, s_.builder.AddTrue());
  s_.AddRule("b-doubt", RuleKind::kDeny, red).status = 404;
  s_.AddRule("c-challenge", RuleKind::kDeny, ann).status = 401;
  s_.AddRule("d-certain", RuleKind::kDeny, s_.builder.AddAnd(std::vector{ann, s_.Leaf(s_.Is(owner, "ann"))}));
  EXPECT_EQ(Answer(), "401 c-challenge in doubt");  // a challenge before a doubt
  Give(owner, TextDatum("ann"));
  EXPECT_EQ(Answer(), "403 d-certain");  // a certain one before a challenge
  Give(owner, TextDatum("bob"));
  EXPECT_EQ(Answer(), "404 b-doubt in doubt");
  Give(team, TextDatum("blue"));
  EXPECT_EQ(Answer(), "200 a-allow");
  s_.builder.program().rules.erase(s_.builder.program().rules.begin());
  EXPECT_EQ(Answer(), "403 default");
}

TEST_F(OracleTestCase, AnAllowInDoubtIsNone) {
  const ValueId owner = s_.Input("context.owner", ValueType::kString);
  s_.AddRule("a", RuleKind::kAllow, s_.Leaf(s_.Is(owner, "ann")));
  EXPECT_EQ(Answer(), "403 default");
  Give(owner, TextDatum("ann"));
  EXPECT_EQ(Answer(), "200 a");
}

TEST_F(OracleTestCase, ObligationsOfAllThatApply) {
  const ValueId owner = s_.Input("context.owner", ValueType::kString);
  const NodeId ann = s_.Leaf(s_.Is(owner, "ann"));
  s_.AddRule("a", RuleKind::kAllow, s_.builder.AddTrue()).obligations = {
      {{"x-owner", owner}}, {}, {"t"}, Audit::kBrief};
  s_.AddRule("b", RuleKind::kOn, ann).obligations = {{}, {"x-internal"}, {}, Audit::kFull};
  Rule& shadow = s_.AddRule("c", RuleKind::kDeny, s_.builder.AddTrue());
  shadow.shadow = true;
  shadow.status = 401;
  shadow.obligations.tags = {"never"};
  const OracleDecision doubtful = Decide();
  EXPECT_EQ(doubtful.audit, Audit::kFull);  // `on` applies in doubt
  EXPECT_EQ(doubtful.strip, std::vector<std::string>{"x-internal"});
  ASSERT_EQ(doubtful.set.size(), 1U);
  EXPECT_EQ(doubtful.set[0].second, std::nullopt);
  EXPECT_EQ(doubtful.tags, std::vector<std::string>{"t"});
  ASSERT_EQ(doubtful.shadows.size(), 1U);
  EXPECT_EQ(doubtful.shadows[0], (OracleShadow{RuleId(2), Outcome::kChallenge, Truth::kTrue}));
  Give(owner, TextDatum("bob"));
  EXPECT_EQ(Decide().audit, Audit::kBrief);
  s_.AddRule("d", RuleKind::kDeny, s_.builder.AddTrue()).obligations.tags = {"refused"};
  const OracleDecision refused = Decide();
  EXPECT_TRUE(refused.set.empty() && refused.strip.empty());
  EXPECT_EQ(refused.tags, (std::vector<std::string>{"refused", "t"}));
}

class OracleZones : public OracleTestCase {
 protected:
  // 10.0.0.0/8 corporate; 10.1.0.0/16 hybrid, when the issuer is `mesh`; everything else internet.
  OracleZones() {
    issuer_ = s_.Input("connection.client-cert.issuer", ValueType::kString, AttributeSource::kClientCert);
    Program& p = s_.builder.program();
    p.zones.resize(3);
    p.zones[0].everything_else = true;
    p.zones[2].when = s_.Leaf(s_.Is(issuer_, "mesh"));
    p.zone_prefixes = {{base::ParseCidr("10.0.0.0/8")->cidr, ZoneId(1)},
                       {base::ParseCidr("10.1.0.0/16")->cidr, ZoneId(2)}};
    Atom atom;
    atom.op = AtomOp::kZoneIn;
    atom.zones = {ZoneId(1), ZoneId(2)};
    s_.AddRule("allow", RuleKind::kAllow, s_.builder.AddTrue());
    s_.AddRule("inside-only", RuleKind::kDeny, s_.Leaf(s_.builder.Add(atom), Clause::kUnless, true));
    Rule& requirement = s_.AddRule("mutual", RuleKind::kDeny, s_.builder.AddTrue());
    requirement.origin = RuleOrigin::kZoneRequirement;
    requirement.zone = ZoneId(2);
  }
  std::string From(const char* address) {
    request_.source_ip = base::IpAddress::Parse(address);
    const OracleDecision d = Decide();
    std::string text = d.zone.has_value() ? std::to_string(d.zone.value()) + " of" : "none of";
    for (const ZoneId zone : d.candidates) text += " " + std::to_string(zone.value());
    return text + ": " + Answer();
  }
  ValueId issuer_;
};

TEST_F(OracleZones, LongestPrefixWhoseConditionIsNotFalse) {
  EXPECT_EQ(From("10.9.0.1"), "1 of 1: 200 allow");
  EXPECT_EQ(From("192.0.2.1"), "0 of 0: 403 inside-only");
  Give(issuer_, TextDatum("mesh"));
  EXPECT_EQ(From("10.1.0.1"), "2 of 2: 403 mutual");
  Give(issuer_, TextDatum("other"));
  EXPECT_EQ(From("10.1.0.1"), "1 of 1: 200 allow");
}

TEST_F(OracleZones, DoubtMakesCandidatesUpToTheFirstCertainOne) {
  // Hybrid or corporate: its tests are in doubt, the requirement of either applies.
  EXPECT_EQ(From("10.1.0.1"), "none of 1 2: 403 mutual");
  s_.builder.program().rules.pop_back();
  EXPECT_EQ(From("10.1.0.1"), "none of 1 2: 403 inside-only in doubt");
}

TEST_F(OracleZones, WithoutAnAddressAllZonesAreCandidates) {
  Give(issuer_, TextDatum("other"));
  EXPECT_EQ(From("no address"), "none of 0 1 2: 403 mutual");
}

TEST_F(OracleZones, NothingMatchesMeansNoCandidates) {
  s_.builder.program().zones[0].everything_else = false;
  EXPECT_EQ(From("192.0.2.1"), "none of: 403 inside-only in doubt");
  EXPECT_EQ(From("2001:db8::1"), "none of: 403 inside-only in doubt");
}

TEST(OracleRoutes, MostExactFirst) {
  Program program;
  const auto add = [&](std::vector<std::string> hosts, std::string method, std::vector<PathSegment> route) {
    Operation operation;
    operation.hosts = std::move(hosts);
    operation.method = std::move(method);
    operation.route = std::move(route);
    program.operations.push_back(std::move(operation));
  };
  using Kind = PathSegment::Kind;
  const PathSegment orders{Kind::kLiteral, "orders", ValueType::kString, {}};
  const PathSegment number{Kind::kParameter, "id", ValueType::kInt, {}};
  const PathSegment name{Kind::kParameter, "name", ValueType::kString, {}};
  const PathSegment one{Kind::kOne, "", ValueType::kString, {}};
  const PathSegment rest{Kind::kRest, "", ValueType::kString, {}};
  add({"a.example.com"}, "GET", {orders, number});       // 0
  add({"a.example.com"}, "GET", {orders, name});         // 1
  add({"a.example.com"}, "GET", {orders, one, orders});  // 2
  add({"a.example.com"}, "GET", {rest});                 // 3
  add({"*.example.com"}, "GET", {orders, orders});       // 4
  add({"a.example.com"}, "POST", {orders});              // 5
  const OracleWorld world = MakeOracleWorld(program);
  const Oracle oracle(program, world);
  const auto find = [&](const char* method, const char* host, const char* path) {
    const OperationId id = oracle.FindOperation(method, host, path);
    return id.has_value() ? static_cast<int>(id.value()) : -1;
  };
  EXPECT_EQ(find("GET", "a.example.com", "/orders/7"), 0);
  EXPECT_EQ(find("GET", "a.example.com", "/orders/x"), 1);
  EXPECT_EQ(find("GET", "a.example.com", "/orders/7/orders"), 2);
  EXPECT_EQ(find("GET", "a.example.com", "/orders/7/x"), 3);
  EXPECT_EQ(find("GET", "b.example.com", "/orders/orders"), 4);
  EXPECT_EQ(find("GET", "a.example.com", "/orders/orders"), 1);  // the exact host first
  EXPECT_EQ(find("GET", "example.com", "/orders/orders"), -1);
  EXPECT_EQ(find("PUT", "a.example.com", "/orders"), -1);
}

}  // namespace
}  // namespace ward::ir

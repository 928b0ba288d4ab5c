#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "checked_bundle.h"

namespace ward::semantic {
namespace {

using ward::testing::CheckedBundle;
using ward::testing::CheckFiles;
using ward::testing::CheckTexts;

constexpr std::string_view kSchema = R"(policy schema
type plan is one of free < silver < gold
type scope is one of orders:read, orders:write
attributes of token
  sub: string
  scopes: set of scope, from scope, split by " "
  groups: set of string
  plan: plan
  age: duration, from now - iat
  born: timestamp
  lunch: clock
  home: host
  jti: string, secret
  admin: bool
)";

constexpr std::string_view kOrders = R"(policy orders governs everything
api orders at "api.example.com"
  list-orders GET /orders
  read-order GET /orders/{order: int}
  group reading is list-orders, read-order
table clients live
  | id: string key | plan: plan | boss: string |
table teams live tree
  | id: string key | parents: set of string |
table nets
  | net: cidr key | name: string |
  | 10.0.0.0/8    | "ours"       |
schedule nights means Monday to Friday 22:00 to 06:00 in "Europe/Paris"
condition strong means token.plan at least silver
condition same(a: string, b: string) means a is b
parameter max: duration = 5 minutes, between 1 minute and 1 hour
role viewer
role admin includes viewer
zone here
  networks 192.0.2.0/24
)";

std::unique_ptr<CheckedBundle> CheckRules(std::string_view rules) {
  return CheckTexts({{"a.ward", std::string(kSchema)}, {"b.ward", std::string(kOrders) + std::string(rules)}});
}

std::unique_ptr<CheckedBundle> CheckWhen(std::string_view test) {
  return CheckRules("rule r\n  allow reading\n  when " + std::string(test) + "\n");
}

const Rule& FindRule(const Program& program, std::string_view name) {
  const auto it =
      std::find_if(program.rules.begin(), program.rules.end(), [name](const Rule& r) { return r.name == name; });
  EXPECT_NE(it, program.rules.end()) << name;
  return *it;
}

// ---- the tour

TEST(SemanticCheck, TakesTheWholeTour) {
  const auto files = bundle::OpenPath(std::string(WARD_SOURCE_DIR) + "/examples/gateway");
  ASSERT_TRUE(files.has_value()) << files.error().message;
  const auto checked = CheckFiles(*files.value());
  ASSERT_TRUE(checked->program.has_value()) << checked->Lines();
  EXPECT_EQ(checked->Lines(), "");
  const Program& program = *checked->program;
  EXPECT_EQ(program.name, "gateway");
  EXPECT_EQ(program.claimed_roles.size(), 1U);

  const Rule& stop = FindRule(program, "suspended-clients");
  EXPECT_EQ(program.operation_sets[stop.operations.index()].operations.size(), program.operations.size());
  const Rule& hygiene = FindRule(program, "hygiene");
  const Policy& payments = program.policies[hygiene.policy.index()];
  EXPECT_EQ(hygiene.operations, payments.governed) << "`everything` is what the policy governs";

  const auto zone =
      std::find_if(program.zones.begin(), program.zones.end(), [](const Zone& z) { return z.name == "hybrid"; });
  ASSERT_NE(zone, program.zones.end());
  EXPECT_EQ(zone->prefixes.size(), 2U) << "read from data/cloud-ranges.json";
  ASSERT_EQ(zone->requirements.size(), 1U);
  EXPECT_EQ(zone->requirements[0].name, "mutual-tls");

  const Rule& second_factor = FindRule(program, "fresh-second-factor");
  const Reply& reply = program.replies[second_factor.reply_index];
  EXPECT_EQ(reply.status, 401);
  ASSERT_EQ(reply.acr.size(), 1U);
  EXPECT_EQ(reply.acr[0], "mfa");
  EXPECT_EQ(reply.max_age_ns, 300'000'000'000);
}

// ---- types choose operators

struct OperatorCase {
  std::string_view test;
  TestOp op;
};

class SemanticOperators : public ::testing::TestWithParam<OperatorCase> {};

TEST_P(SemanticOperators, AreResolvedByType) {
  const auto checked = CheckWhen(GetParam().test);
  ASSERT_TRUE(checked->program.has_value()) << checked->Lines();
  const Expr& when = *FindRule(*checked->program, "r").when;
  ASSERT_EQ(when.kind, ExprKind::kTest);
  EXPECT_EQ(when.op, GetParam().op);
  EXPECT_EQ(checked->sources.Text(when.span), GetParam().test);
}

INSTANTIATE_TEST_SUITE_P(All, SemanticOperators,
                         ::testing::Values(OperatorCase{"token.sub is present", TestOp::kPresent},
                                           OperatorCase{"connection.client-cert is missing", TestOp::kMissing},
                                           OperatorCase{"clients[token.sub] is present", TestOp::kPresent},
                                           OperatorCase{"token.plan is gold", TestOp::kIs},
                                           OperatorCase{"token.scopes is [orders:read]", TestOp::kIs},
                                           OperatorCase{"token.sub is not resource.id", TestOp::kIsNot},
                                           OperatorCase{"operation is read-order", TestOp::kIs},
                                           OperatorCase{"path.order is 42", TestOp::kIs},
                                           OperatorCase{"token.home is \"Example.COM\"", TestOp::kIs},
                                           OperatorCase{"token.plan in [free, gold]", TestOp::kInList},
                                           OperatorCase{"zone not in [here]", TestOp::kNotInList},
                                           OperatorCase{"source.ip in [10.0.0.0/8, 192.0.2.1]", TestOp::kInPrefixes},
                                           OperatorCase{"source.ip not in [::1]", TestOp::kNotInPrefixes},
                                           OperatorCase{"token.sub in clients", TestOp::kInTable},
                                           OperatorCase{"source.ip in nets", TestOp::kInTable},
                                           OperatorCase{"token.sub not in clients", TestOp::kNotInTable},
                                           OperatorCase{"operation in reading", TestOp::kInGroup},
                                           OperatorCase{"operation not in reading", TestOp::kNotInGroup},
                                           OperatorCase{"operation in [list-orders]", TestOp::kInList},
                                           OperatorCase{"token.plan at least silver", TestOp::kAtLeast},
                                           OperatorCase{"token.age at most max", TestOp::kAtMost},
                                           OperatorCase{"request.size more than 64 KiB", TestOp::kMoreThan},
                                           OperatorCase{"path.order less than 5", TestOp::kLessThan},
                                           OperatorCase{"connection.tls-version at least \"1.2\"", TestOp::kAtLeast},
                                           OperatorCase{"now before 2030-01-01", TestOp::kBefore},
                                           OperatorCase{"token.lunch after 12:00", TestOp::kAfter},
                                           OperatorCase{"now not before token.born", TestOp::kNotBefore},
                                           OperatorCase{"token.lunch not after 13:30", TestOp::kNotAfter},
                                           OperatorCase{"now within nights", TestOp::kWithinSchedule},
                                           OperatorCase{"token.groups within teams[\"all\"]", TestOp::kWithinTree},
                                           OperatorCase{"token.sub within teams[resource.id]", TestOp::kWithinTree},
                                           OperatorCase{"token.sub starts with \"a\"", TestOp::kStartsWith},
                                           OperatorCase{"request.header[\"X-A\"] ends with \"b\"", TestOp::kEndsWith},
                                           OperatorCase{"token.sub matches \"a*b\"", TestOp::kMatchesGlob},
                                           OperatorCase{"path matches /a/*/**", TestOp::kMatchesPath},
                                           OperatorCase{"path under /admin", TestOp::kUnder},
                                           OperatorCase{"token.scopes has orders:read", TestOp::kHas},
                                           OperatorCase{"token.groups has token.sub", TestOp::kHas},
                                           OperatorCase{"subject.roles has any of [viewer, admin]", TestOp::kHasAnyOf},
                                           OperatorCase{"token.groups has all of token.groups", TestOp::kHasAllOf}));

TEST(SemanticCheck, FoldsWhatIsComparedWithoutCase) {
  const auto checked = CheckWhen("token.home is \"Example.COM\" and request.header[\"X-Id\"] is \"A\"");
  ASSERT_TRUE(checked->program.has_value()) << checked->Lines();
  const Expr& both = *FindRule(*checked->program, "r").when;
  EXPECT_EQ(both.args[0]->args[1]->constant->text, "example.com");
  const Attribute& header = checked->program->attributes[both.args[1]->args[0]->attribute().index()];
  EXPECT_EQ(header.source, AttributeSource::kHeader);
  EXPECT_EQ(header.path[0], "x-id");
  EXPECT_EQ(both.args[1]->args[1]->constant->text, "A");
}

// ---- attributes

TEST(SemanticCheck, ClaimsOfAnExpressionHaveTheTypeItNeeds) {
  const auto checked = CheckRules("");
  ASSERT_TRUE(checked->program.has_value()) << checked->Lines();
  const auto& attributes = checked->program->attributes;
  const auto age =
      std::find_if(attributes.begin(), attributes.end(), [](const Attribute& a) { return a.name == "token.age"; });
  ASSERT_NE(age, attributes.end());
  ASSERT_NE(age->computed, nullptr);
  EXPECT_EQ(age->computed->kind, ExprKind::kSubtract);
  const Attribute& iat = attributes[age->computed->args[1]->attribute().index()];
  EXPECT_EQ(iat.name, "token.iat");
  EXPECT_EQ(iat.type.kind, TypeKind::kTimestamp);
  EXPECT_EQ(iat.source, AttributeSource::kToken);
}

TEST(SemanticCheck, TheBorderReadsARequestAsTheDeclaredType) {
  const auto checked = CheckTexts({{"a.ward", R"(policy a
attributes of order
  number: int, from request.header["X-Order"]
  colours: set of string, from request.query["colour"], split by ","
  kind: string, from resource.type, lower case
attributes of context
  deep: string, from a.b."c.d"
  plain: string, from "x y"
)"}});
  ASSERT_TRUE(checked->program.has_value()) << checked->Lines();
  const auto& attributes = checked->program->attributes;
  const auto find = [&attributes](std::string_view name) {
    return *std::find_if(attributes.begin(), attributes.end(), [name](const Attribute& a) { return a.name == name; });
  };
  EXPECT_EQ(find("order.number").source, AttributeSource::kHeader);
  EXPECT_EQ(find("order.number").type.kind, TypeKind::kInt);
  EXPECT_EQ(find("order.colours").split, ",");
  EXPECT_TRUE(find("order.kind").lower_case);
  const std::vector<std::string_view> deep{"a", "b", "c.d"};
  EXPECT_EQ(find("context.deep").path, deep);
  EXPECT_EQ(find("context.plain").path, std::vector<std::string_view>{"x y"});
}

TEST(SemanticCheck, EveryColumnOfARowIsAnAttributeUnlessALineSaysMore) {
  const auto checked = CheckRules(R"(attributes of client from clients[token.sub]
  plan: plan, from clients[token.sub].plan or else free
rule r
  allow reading
  when client.plan is gold and client.boss is present
)");
  ASSERT_TRUE(checked->program.has_value()) << checked->Lines();
  const Expr& when = *FindRule(*checked->program, "r").when;
  const auto& attributes = checked->program->attributes;
  EXPECT_EQ(attributes[when.args[0]->args[0]->attribute().index()].computed->kind, ExprKind::kOrElse);
  const Expr& boss = *attributes[when.args[1]->args[0]->attribute().index()].computed;
  EXPECT_EQ(boss.kind, ExprKind::kLookup);
  EXPECT_EQ(boss.column(), 2U);
}

// ---- routes

TEST(SemanticCheck, TheTypeOfAPathParameterIsThatOfTheOperationsMeant) {
  const std::string_view apis = R"(api other at "b.example.com"
  read-named GET /things/{order}
)";
  const auto with = [apis](std::string_view rest) {
    return CheckRules(std::string(apis) + std::string(rest))->Codes();
  };
  EXPECT_EQ(with("rule r\n  allow read-order\n  when path.order more than 5\n"), "");
  EXPECT_EQ(with("rule r\n  allow read-named\n  when path.order is \"x\"\n"), "");
  EXPECT_EQ(with("rule r\n  allow read-named, read-order\n  when path.order is 5\n"), "E05");
  EXPECT_EQ(with("condition c means path.order is 5\n"), "E05") << "this policy governs both";
  const auto elsewhere = CheckTexts({{"a.ward", std::string(kSchema)},
                                     {"b.ward", std::string(kOrders) + std::string(apis)},
                                     {"c.ward", "policy c governs other\ncondition d means path.order is \"x\"\n"}});
  EXPECT_EQ(elsewhere->Codes(), "");
}

// ---- names

TEST(SemanticCheck, ValuesOfTheWantedEnumWinOverOtherNames) {
  const auto checked = CheckRules(R"(parameter gold: plan = free
rule r
  allow reading
  when token.plan is gold
)");
  EXPECT_EQ(checked->Codes(), "E31");
  const auto other = CheckRules(R"(parameter silver: duration = 1 minute
rule r
  allow reading
  when token.plan is silver and token.age at most silver
)");
  ASSERT_TRUE(other->program.has_value()) << other->Lines();
  const Expr& when = *FindRule(*other->program, "r").when;
  EXPECT_EQ(when.args[0]->args[1]->kind, ExprKind::kConstant);
  EXPECT_EQ(when.args[1]->args[1]->kind, ExprKind::kParameter);
}

TEST(SemanticCheck, AnotherPolicysNamesNeedUse) {
  const std::string other = "policy c governs everything\nrule r\n  deny everything\n  when strong\n";
  const auto without =
      CheckTexts({{"a.ward", std::string(kSchema)}, {"b.ward", std::string(kOrders)}, {"c.ward", other}});
  EXPECT_EQ(without->Codes(), "E34");
  ASSERT_EQ(without->diagnostics[0].fixes.size(), 1U);
  const auto& edit = without->diagnostics[0].fixes[0].edits[0];
  EXPECT_EQ(edit.replacement, "\nuse strong from orders");
  std::string fixed = other;
  fixed.insert(edit.location.byte_begin, edit.replacement);
  const auto with = CheckTexts({{"a.ward", std::string(kSchema)}, {"b.ward", std::string(kOrders)}, {"c.ward", fixed}});
  EXPECT_EQ(with->Codes(), "") << fixed;
}

TEST(SemanticCheck, OperationsAndRulesMayShareAName) {
  EXPECT_EQ(CheckRules("rule read-order\n  allow read-order\n")->Codes(), "");
}

TEST(SemanticCheck, EqualSetsOfOperationsAreOneSet) {
  const auto checked =
      CheckRules("rule a\n  allow reading\nrule b\n  deny read-order, list-orders\nrule c\n  deny everything\n");
  ASSERT_TRUE(checked->program.has_value()) << checked->Lines();
  EXPECT_EQ(FindRule(*checked->program, "a").operations, FindRule(*checked->program, "b").operations);
  EXPECT_EQ(FindRule(*checked->program, "a").operations, FindRule(*checked->program, "c").operations);
}

// ---- no cascades

TEST(SemanticCheck, WhatWasReportedOncePoisonsInSilence) {
  const auto checked = CheckTexts({{"a.ward", R"(policy a governs everything
attributes of token
  colour: colr
  shade: string, from token.colour or else "x"
table t live
  | id: strin key | x: int |
condition c means token.colour is red and t["a"].x is 4
api o at "o.example.com"
  list GET /list
rule one
  allow list
  when c
rule two
  allow list
  when token.shade is "y"
rule three
  deny list
  when t["a"].nothing is 4
)"}});
  EXPECT_EQ(checked->Codes(), "E35 E35") << checked->Lines();
  EXPECT_FALSE(checked->program.has_value());
}

TEST(SemanticCheck, OneClauseGetsOneError) {
  const auto checked = CheckWhen("token.nothing is 4 and token.plan is goldd or token.sub");
  EXPECT_EQ(checked->diagnostics.size(), 1U) << checked->Lines();
  EXPECT_EQ(CheckWhen("token.nothing is 4 and token.plan is goldd and token.sub")->Codes(), "E01");
}

TEST(SemanticCheck, EveryWrongRuleIsReportedInOneGoAndInOrder) {
  std::string rules;
  for (int i = 0; i < 50; ++i) rules += "rule r" + std::to_string(i) + "\n  allow nothing-of-that-name\n";
  const auto checked = CheckRules(rules);
  EXPECT_EQ(checked->diagnostics.size(), 50U);
  EXPECT_TRUE(std::is_sorted(checked->diagnostics.begin(), checked->diagnostics.end(),
                             [](const auto& a, const auto& b) { return a.location.line < b.location.line; }));
  EXPECT_EQ(checked->Lines(), CheckRules(rules)->Lines());
}

TEST(SemanticCheck, NamesOfALostDeclarationAreNotMissed) {
  const auto checked = CheckRules("condition\nrule r\n  allow reading\n  when some-condition\n");
  EXPECT_EQ(checked->Codes().find("E34"), std::string::npos) << checked->Lines();
}

// ---- cycles

TEST(SemanticCheck, ARoleThatAsksForItselfIsACycle) {
  const auto checked = CheckRules("role owner when subject.roles has owner\n");
  EXPECT_EQ(checked->Codes(), "E46") << checked->Lines();
  EXPECT_EQ(CheckRules("role owner when subject.roles has viewer\n")->Codes(), "");
  // Whoever includes the role has it, so a derived role that asks for what it includes asks for itself.
  EXPECT_EQ(CheckRules("role owner includes viewer when subject.roles has viewer\n")->Codes(), "E46");
}

TEST(SemanticCheck, ALongChainOfConditionsNeedsNoStack) {
  std::string rules = "condition c0 means token.admin\n";
  for (int i = 1; i < 50'000; ++i)
    rules += "condition c" + std::to_string(i) + " means c" + std::to_string(i - 1) + "\n";
  const auto checked = CheckRules(rules);
  EXPECT_TRUE(checked->program.has_value()) << checked->Lines().substr(0, 200);
}

// ---- headers

TEST(SemanticCheck, SettersThatExcludeEachOtherDoNotConflict) {
  const auto pair = [](std::string_view one, std::string_view other) {
    return CheckRules("rule a\n  " + std::string(one) + "\n  with set header \"X\" to \"1\"\nrule b\n  " +
                      std::string(other) + "\n  with set header \"x\" to \"2\"\n")
        ->Codes();
  };
  EXPECT_EQ(pair("allow reading", "allow reading"), "E58");
  EXPECT_EQ(pair("allow list-orders", "allow read-order"), "");
  EXPECT_EQ(pair("allow reading\n  when token.plan is gold", "allow reading\n  when token.plan in [free, silver]"), "");
  EXPECT_EQ(pair("allow reading\n  when token.plan is gold", "on reading\n  when token.plan is free"), "");
  EXPECT_EQ(pair("on reading\n  when token.plan is gold", "on reading\n  when token.plan is free"), "E58")
      << "both in doubt";
  EXPECT_EQ(
      pair("on reading\n  when token.plan or else free is gold", "on reading\n  when token.plan or else free is free"),
      "");
  EXPECT_EQ(pair("on reading\n  when token.sub is present", "on reading\n  unless token.sub is present"), "");
  EXPECT_EQ(pair("allow reading\n  when strong", "allow reading\n  unless strong"), "");
}

TEST(SemanticCheck, OnAnonymousOperationsIdentityExcludesNothingBetweenOnRules) {
  const auto codes = [](std::string_view mark) {
    return CheckRules("api login at \"id.example.com\"\n  sign-in POST /login" + std::string(mark) +
                      "\nrule a\n  on sign-in\n  when token.sub is present\n  with set header \"X\" to \"1\"\n"
                      "rule b\n  on sign-in\n  when token.sub is missing\n  with set header \"X\" to \"2\"\n")
        ->Codes();
  };
  EXPECT_EQ(codes(""), "");
  EXPECT_EQ(codes("  anonymous"), "E58");
}

TEST(SemanticCheck, ManySettersThatExcludeEachOtherAreNotComparedInPairs) {
  std::string rules;
  for (int i = 0; i < 20'000; ++i) {
    const std::string n = std::to_string(i);
    rules += "rule r" + n + "\n  allow reading\n  when token.sub is \"" + n + "\"\n  with set header \"X-A\" to \"" +
             n + "\"\n";
  }
  EXPECT_EQ(CheckRules(rules)->Codes(), "");
}

// ---- data

TEST(SemanticCheck, RowsOfFilesAreTypedByTheirColumns) {
  const std::map<std::string, std::string> with_data = {
      {"a.ward", R"(policy a
type plan is one of free, gold
table csv from "t.csv"
  | id: string key | plan: plan | tags: set of string | until: timestamp | pace: duration |
table json from "t.json"
  | id: string key | plan: plan | tags: set of string | until: timestamp | pace: duration |
)"},
      {"t.csv", "\"a,1\",gold,x y x,2030-01-01,90\r\nb,,,1970-01-01T00:00:01+01:00,15 minutes\r\n"},
      {"t.json", R"([{"until": 1893456000, "id": "a,1", "plan": "gold", "tags": ["y", "x"], "pace": 90},
                     ["b", null, [], "1970-01-01T00:00:01+01:00", "15 minutes"]])"}};
  const auto checked = CheckTexts(with_data);
  ASSERT_TRUE(checked->program.has_value()) << checked->Lines();
  for (const Table& table : checked->program->tables) {
    ASSERT_EQ(table.cells.size(), 10U) << table.name;
    EXPECT_EQ(table.cells[0]->text, "a,1");
    EXPECT_EQ(table.cells[1]->number, 1);
    ASSERT_EQ(table.cells[2]->members.size(), 2U) << table.name;
    EXPECT_EQ(table.cells[2]->members[0]->text, "x");
    EXPECT_EQ(table.cells[3]->number, 1'893'456'000'000'000'000);
    EXPECT_EQ(table.cells[4]->number, 90'000'000'000);
    EXPECT_EQ(table.cells[6], nullptr);
    EXPECT_EQ(table.cells[8]->number, -3'599'000'000'000);
    EXPECT_EQ(table.cells[9]->number, 900'000'000'000);
  }
  EXPECT_EQ(checked->program->tables[0].cells[7], nullptr) << "an empty cell of CSV is missing";
  EXPECT_NE(checked->program->tables[1].cells[7], nullptr) << "an empty list of JSON is an empty set";
}

TEST(SemanticCheck, AHeaderLineNamesTheColumns) {
  const auto checked = CheckTexts(
      {{"a.ward", "policy a\ntable t from \"t.csv\"\n  | id: string key | n: int |\n"}, {"t.csv", "n,id\n4,four\n"}});
  ASSERT_TRUE(checked->program.has_value()) << checked->Lines();
  ASSERT_EQ(checked->program->tables[0].cells.size(), 2U);
  EXPECT_EQ(checked->program->tables[0].cells[0]->text, "four");
}

TEST(SemanticCheck, AFileThatIsWrongAllOverIsNotListedInFull) {
  std::string rows;
  for (int i = 0; i < 1'000; ++i) rows += "k" + std::to_string(i) + ",x\n";
  const auto checked =
      CheckTexts({{"a.ward", "policy a\ntable t from \"t.csv\"\n  | id: string key | n: int |\n"}, {"t.csv", rows}});
  EXPECT_EQ(checked->diagnostics.size(), 21U);
}

TEST(SemanticCheck, ParametersTakeTheirValueFromTheManifest) {
  const std::map<std::string, std::string> texts = {
      {"ward.toml",
       "name = \"g\"\nedition = 1\n[parameters]\n\"a.age\" = \"20 minutes\"\na.on = true\n\"a.who\" = \"7\"\n"},
      {"a.ward",
       "policy a\nparameter age: duration = 15 minutes, between 1 minute and 1 hour\nparameter on: bool = false\n"
       "parameter who: string = \"me\"\nparameter left: int = 4\n"}};
  const auto checked = CheckTexts(texts);
  ASSERT_TRUE(checked->program.has_value()) << checked->Lines();
  const auto& parameters = checked->program->parameters;
  EXPECT_EQ(parameters[0].value->number, 1'200'000'000'000);
  EXPECT_EQ(parameters[1].value->number, 1);
  EXPECT_EQ(parameters[2].value->text, "7");
  EXPECT_EQ(parameters[3].value->number, 4);
}

}  // namespace
}  // namespace ward::semantic

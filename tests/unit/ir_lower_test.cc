// From the text of policies to formulas: what each way of writing becomes.
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/budgets.h"
#include "bundle/bundle.h"
#include "bundle/file_set.h"
#include "compile/sources.h"
#include "ir/lower.h"
#include "ir/verify.h"
#include "ir_text.h"
#include "semantic/check.h"

namespace ward::ir {
namespace {

constexpr const char* kSchema = R"(policy base
type client-type is one of public, confidential
type level is one of none < password < mfa < hardware
type scope is one of orders:read, orders:write, admin
attributes of token
  sub:    string
  azp:    string
  scopes: set of scope, from scope, split by " "
  roles:  set of role, optional
  level:  level, optional
  age:    duration, from now - iat
  groups: set of string, optional
attributes of context
  amount: int
  flag:   bool
  wants:  set of scope
  level:  level
table clients live
  | id: string key | type: client-type | level: level |
attributes of client from clients[token.azp]
  level: level, from clients[token.azp].level or else none
table facts live
  | owner: string | order: int key | until: timestamp |
table teams live tree
  | id: string key | parents: set of string |
role viewer
role editor includes viewer
role boss includes editor
role author when facts[path.order].owner is token.sub
role reviewer includes author
schedule office means Monday to Friday 08:00 to 18:00 in "UTC"
parameter age-max: duration = 15 minutes, between 1 minute and 1 hour
condition small(n: int) means context.amount at most n
condition strong means token.level at least mfa and not context.flag
zone inside
  networks 10.0.0.0/8
zone outside
  everything else
api orders at "a.example.com"
  list   GET  /orders
  read   GET  /orders/{order: int}
  sign   POST /login anonymous
  group reading is list, read
)";

class Lowered {
 public:
  // `text` is a policy that sees all of the schema's names. It must be free of errors unless
  // `errors` is wanted.
  explicit Lowered(const std::string& text) {
    std::map<std::string, std::string> texts;
    texts["base.ward"] = kSchema;
    texts["p.ward"] =
        "policy p governs everything\n"
        "use list, read, sign, reading, clients, facts, teams, office, age-max, small, strong from "
        "base\n" +
        text;
    const auto files = bundle::TextsInMemory(std::move(texts));
    const bundle::Bundle bundle = bundle::Load(*files, sources_, sink_).value();
    const auto parsed = compile::ParseAll(bundle, sources_, sink_);
    const bundle::DataFiles data;
    const std::optional<semantic::Program> checked = semantic::Check({sources_, parsed, bundle, data}, sink_);
    if (checked.has_value()) program_ = Lower(*checked, sink_);
    for (const ward::Diagnostic& d : sink_.Finish(sources_)) {
      messages_.push_back(d.code + " " + d.message);
      if (d.severity == ward::Severity::kError) errors_ += d.message + "\n";
    }
    EXPECT_TRUE(program_ == nullptr || Verify(*program_).empty());
  }

  [[nodiscard]] const Program& program() const { return *program_; }
  [[nodiscard]] bool ok() const { return program_ != nullptr; }
  [[nodiscard]] const std::string& errors() const { return errors_; }
  [[nodiscard]] const std::vector<std::string>& messages() const { return messages_; }
  [[nodiscard]] const Rule* Find(const std::string& name) const {
    for (const Rule& rule : program_->rules) {
      if (rule.name == name) return &rule;
    }
    return nullptr;
  }
  [[nodiscard]] std::string Formula(const std::string& rule) const {
    const Rule* found = Find(rule);
    return found == nullptr ? "no such rule" : FormulaText(*program_).Of(found->formula);
  }
  [[nodiscard]] std::string Anonymous(const std::string& rule) const {
    const Rule* found = Find(rule);
    return found == nullptr ? "no such rule" : FormulaText(*program_).Of(found->anonymous_formula);
  }
  [[nodiscard]] std::string TextOf(const Test& test) const { return std::string(sources_.Text(test.span)); }

 private:
  base::SourceMap sources_;
  diag::Sink sink_;
  std::unique_ptr<const Program> program_;
  std::string errors_;
  std::vector<std::string> messages_;
};

// The formula of `when CONDITION`.
std::string When(const std::string& condition) {
  const Lowered lowered("rule r\n  allow reading\n  when " + condition + "\n");
  return lowered.ok() ? lowered.Formula("p.r") : lowered.errors();
}

TEST(Lower, ComparisonsWithConstants) {
  EXPECT_EQ(When("client.type is public"), "(IN base.clients[token.azp].type public)");
  EXPECT_EQ(When("client.type is not public"), "not (IN base.clients[token.azp].type public)");
  EXPECT_EQ(When("client.type in [public, confidential]"), "(IN base.clients[token.azp].type public confidential)");
  EXPECT_EQ(When("context.flag"), "(TRUE? context.flag)");
  EXPECT_EQ(When("context.flag is false"), "not (TRUE? context.flag)");
  EXPECT_EQ(When("context.flag is not false"), "(TRUE? context.flag)");
  EXPECT_EQ(When("context.amount at most 5"), "(RANGE context.amount min..5)");
  EXPECT_EQ(When("context.amount less than 5"), "(RANGE context.amount min..4)");
  EXPECT_EQ(When("context.amount more than 5"), "(RANGE context.amount 6..max)");
  EXPECT_EQ(When("context.amount more than 9_223_372_036_854_775_807"), "(RANGE context.amount max..min)");
  EXPECT_EQ(When("context.amount at least -9_223_372_036_854_775_808"), "(RANGE context.amount min..max)");
  EXPECT_EQ(When("context.amount less than -9_223_372_036_854_775_808"), "(RANGE context.amount max..min)");
  EXPECT_EQ(When("token.level at least mfa"), "(RANGE token.level 2..max)");
  EXPECT_EQ(When("token.age at most 1 minute"), "(RANGE [now - token.iat] min..60000000000)");
  EXPECT_EQ(When("now not before 1970-01-01T00:00:01Z"), "not (RANGE now min..999999999)");
  EXPECT_EQ(When("not now before 1970-01-01T00:00:01Z"), "not (RANGE now min..999999999)");
  EXPECT_EQ(When("now not after 1970-01-01T00:00:01Z"), "not (RANGE now 1000000001..max)");
  EXPECT_EQ(When("source.ip in [10.0.0.0/8, 192.0.2.1]"), "(IN-PREFIXES source.ip 10.0.0.0/8 192.0.2.1/32)");
}

TEST(Lower, ComparisonsOfVariables) {
  EXPECT_EQ(When("token.age at most age-max"), "(LESS-OR-EQUAL [now - token.iat] $base.age-max)");
  EXPECT_EQ(When("token.level more than context.level"), "(LESS context.level token.level)");
  EXPECT_EQ(When("token.level at least context.level"), "(LESS-OR-EQUAL context.level token.level)");
  EXPECT_EQ(When("token.sub is token.azp"), "(EQUAL token.sub token.azp)");
  EXPECT_EQ(When("token.scopes has any of context.wants"), "(HAS-ANY token.scopes context.wants)");
  EXPECT_EQ(When("token.groups has token.sub"), "(HAS-VALUE token.groups token.sub)");
}

TEST(Lower, Sets) {
  EXPECT_EQ(When("token.scopes has admin"), "(HAS token.scopes admin)");
  EXPECT_EQ(When("token.scopes has any of [orders:read, admin]"),
            "(HAS token.scopes orders:read) or (HAS token.scopes admin)");
  EXPECT_EQ(When("not token.scopes has any of [orders:read, admin]"),
            "not (HAS token.scopes orders:read) and not (HAS token.scopes admin)");
  EXPECT_EQ(When("token.scopes has all of [orders:read, admin]"),
            "(HAS token.scopes orders:read) and (HAS token.scopes admin)");
  EXPECT_EQ(When("token.scopes is [admin, orders:read]"), "(IN token.scopes {orders:read,admin})");
}

TEST(Lower, PlacesTablesSchedules) {
  EXPECT_EQ(When("zone is inside"), "(ZONE-IN inside)");
  EXPECT_EQ(When("zone in [outside, inside]"), "(ZONE-IN inside outside)");
  EXPECT_EQ(When("operation is list"), "(OPERATION-IN base.list)");
  EXPECT_EQ(When("operation not in reading"), "not (OPERATION-IN base.list base.read)");
  EXPECT_EQ(When("token.sub in clients"), "(IN-TABLE token.sub base.clients)");
  EXPECT_EQ(When("now within office"), "(WITHIN-SCHEDULE now base.office)");
  EXPECT_EQ(When("token.groups within teams[\"all\"]"), "(WITHIN-TREE token.groups all base.teams)");
  EXPECT_EQ(When("token.sub starts with \"x\""), "(STARTS token.sub x)");
  EXPECT_EQ(When("path under /admin"), "(UNDER path /admin)");
  EXPECT_EQ(When("token.level is missing"), "not (PRESENT token.level)");
}

TEST(Lower, NegationsGoToTheTests) {
  EXPECT_EQ(When("not (context.flag and token.sub is not \"x\")"), "not (TRUE? context.flag) or (IN token.sub x)");
  EXPECT_EQ(When("not not context.flag"), "(TRUE? context.flag)");
  EXPECT_EQ(When("context.flag or not context.flag"), "(TRUE? context.flag) or not (TRUE? context.flag)");
}

TEST(Lower, ConditionsAreInlined) {
  EXPECT_EQ(When("strong"), "(RANGE token.level 2..max) and not (TRUE? context.flag)");
  EXPECT_EQ(When("not strong"), "not (RANGE token.level 2..max) or (TRUE? context.flag)");
  EXPECT_EQ(When("small(5) and not small(3)"), "(RANGE context.amount min..5) and not (RANGE context.amount min..3)");
  const Lowered lowered(
      "condition between(a: int, b: int) means a at most b\n"
      "rule r\n  allow list\n  when between(1, 2) and between(context.amount, 2) and between(3, "
      "context.amount)\n"
      "rule s\n  allow list\n  unless between(2, 1)\n");
  EXPECT_EQ(lowered.Formula("p.r"),
            "TRUE (RANGE 1 min..2) and (RANGE context.amount min..2) and (RANGE context.amount 3..max)");
  EXPECT_EQ(lowered.Formula("p.s"), "TRUE not (RANGE 2 min..1)");
}

TEST(Lower, ComputedAttributes) {
  EXPECT_EQ(When("client.level is mfa"), "(IN [base.clients[token.azp].level or else none] mfa)");
  // The key's column comes first in the lowered table, whatever the text.
  const Lowered lowered("rule r\n  allow read\n  when facts[path.order].owner is token.sub\n");
  EXPECT_EQ(lowered.Formula("p.r"), "(EQUAL base.facts[path.order].owner token.sub)");
  EXPECT_EQ(lowered.program().tables[1].columns[0].name, "order");
  EXPECT_EQ(lowered.program().tables[1].columns[1].name, "owner");
}

TEST(Lower, RolesAreClosedAndDerivedOnesComputed) {
  EXPECT_EQ(When("subject.roles has boss"), "(HAS token.roles boss)");
  EXPECT_EQ(When("subject.roles has viewer"),
            "(HAS token.roles viewer) or (HAS token.roles editor) or (HAS token.roles boss)");
  EXPECT_EQ(When("not subject.roles has editor"), "not (HAS token.roles editor) and not (HAS token.roles boss)");
  const Lowered lowered("rule r\n  allow read\n  when subject.roles has author\n");
  EXPECT_EQ(lowered.Formula("p.r"), "(HAS token.roles reviewer) or (EQUAL base.facts[path.order].owner token.sub)");
  const Lowered all("rule r\n  allow read\n  when subject.roles has all of [author, boss]\n");
  EXPECT_EQ(all.Formula("p.r"),
            "(HAS token.roles boss) and "
            "{(HAS token.roles reviewer) or (EQUAL base.facts[path.order].owner token.sub)}");
  // The order in which a list was written leaves no trace.
  const Lowered other("rule r\n  allow read\n  when subject.roles has all of [boss, author]\n");
  EXPECT_EQ(other.Formula("p.r"), all.Formula("p.r"));
  EXPECT_EQ(When("subject.roles is [boss]"), "`subject.roles` can only be asked for roles by name\n");
}

TEST(Lower, ClausesOfARule) {
  const Lowered lowered(
      "rule a\n  allow list\n  when context.flag\n  unless token.sub is \"x\"\n"
      "rule b\n  require context.flag and token.sub is \"x\"\n  for list\n  when zone is inside\n  "
      "unless small(1)\n"
      "  reply 401 asking for max age 5 minutes\n"
      "rule c\n  deny everything\n");
  EXPECT_EQ(lowered.Formula("p.a"), "(TRUE? context.flag) and not (IN token.sub x)");
  EXPECT_EQ(lowered.Formula("p.b"),
            "{not (TRUE? context.flag) or not (IN token.sub x)} and (ZONE-IN inside) and not "
            "(RANGE context.amount "
            "min..1)");
  EXPECT_EQ(lowered.Formula("p.c"), "TRUE");
  const Rule& b = *lowered.Find("p.b");
  EXPECT_EQ(b.kind, RuleKind::kDeny);
  EXPECT_EQ(b.origin, RuleOrigin::kRequire);
  EXPECT_EQ(b.status, 401);
  EXPECT_EQ(b.challenge.max_age_seconds, 300);
  EXPECT_EQ(lowered.Find("p.c")->status, 403);
  EXPECT_EQ(lowered.program().operation_sets[lowered.Find("p.c")->operations.index()].size(), 3U);
}

TEST(Lower, TestsKeepTheirTextAndSign) {
  const Lowered lowered("rule a\n  allow list\n  unless token.sub is not \"x\" or context.flag\n");
  const Program& p = lowered.program();
  ASSERT_EQ(p.tests.size(), 2U);
  EXPECT_EQ(lowered.TextOf(p.tests[0]), "token.sub is not \"x\"");
  EXPECT_TRUE(p.tests[0].written_negated);
  EXPECT_FALSE(p.tests[0].negated);
  EXPECT_TRUE(p.tests[0].identity);
  EXPECT_EQ(lowered.TextOf(p.tests[1]), "context.flag");
  EXPECT_FALSE(p.tests[1].written_negated);
  EXPECT_TRUE(p.tests[1].negated);
  EXPECT_FALSE(p.tests[1].identity);
  EXPECT_EQ(p.tests[1].clause, Clause::kUnless);
}

TEST(Lower, AnonymousOperationsWaiveWhatReadsIdentity) {
  const Lowered lowered(
      "rule a\n  allow sign\n  when context.flag or token.sub is \"x\"\n"
      "rule b\n  require context.flag and token.age at most 1 minute\n  for sign\n"
      "rule c\n  deny sign\n  when client.type is public\n"
      "rule d\n  deny sign\n  unless subject.roles has boss\n"
      "rule e\n  on sign\n  when token.sub is \"x\"\n  unless token.sub is \"y\"\n  with audit "
      "full\n"
      "rule f\n  deny list\n  when client.type is public\n");
  EXPECT_EQ(lowered.Anonymous("p.a"), "(TRUE? context.flag) or FALSE (IN token.sub x)");
  EXPECT_EQ(lowered.Anonymous("p.b"),
            "not (TRUE? context.flag) or FALSE not (RANGE [now - token.iat] min..60000000000)");
  EXPECT_EQ(lowered.Anonymous("p.c"), "FALSE (IN base.clients[token.azp].type public)");
  EXPECT_EQ(lowered.Anonymous("p.d"), "TRUE not (HAS token.roles boss)");
  EXPECT_EQ(lowered.Anonymous("p.e"), "TRUE (IN token.sub x) and TRUE not (IN token.sub y)");
  EXPECT_EQ(lowered.Find("p.f")->formula, lowered.Find("p.f")->anonymous_formula);
  EXPECT_EQ(lowered.Formula("p.a"), "(TRUE? context.flag) or (IN token.sub x)");
  // Each waived test is listed once, where it stands.
  EXPECT_EQ(lowered.messages(), (std::vector<std::string>{"W01 operations marked `anonymous` have no identity: this "
                                                          "test counts as false there, in `when` of "
                                                          "`allow`",
                                                          "W01 operations marked `anonymous` have no identity: this "
                                                          "test counts as true there, where it is "
                                                          "required",
                                                          "W01 operations marked `anonymous` have no identity: this "
                                                          "test counts as false there, in `when` of "
                                                          "`deny`",
                                                          "W01 operations marked `anonymous` have no identity: this "
                                                          "test counts as false there, in `unless` of "
                                                          "`deny`",
                                                          "W01 operations marked `anonymous` have no identity: this "
                                                          "test counts as true there, in `when` of "
                                                          "`on`",
                                                          "W01 operations marked `anonymous` have no identity: this "
                                                          "test counts as false there, in `unless` of "
                                                          "`on`"}));
}

// A guardrail's condition is one test, however many rules use it; and a flood of them leaves room for errors.
TEST(Lower, WaivedTestsAreListedOnceAndNotWithoutEnd) {
  std::string same = "condition mine means token.sub is \"x\"\n";
  std::string different;
  for (int i = 0; i < 1'500; ++i) {
    const std::string rule = "rule r" + std::to_string(i) + "\n  allow sign\n  when ";
    same += rule + "mine\n";
    different += rule + "token.sub is \"" + std::to_string(i) + "\"\n";
  }
  EXPECT_EQ(Lowered(same).messages().size(), 1U);
  EXPECT_EQ(Lowered(different).messages().size(), 1'000U);
}

TEST(Lower, ZoneRequirementsAreDenyRulesOfTheirZone) {
  const Lowered lowered(
      "condition fresh means token.age at most age-max\n"
      "zone lab\n  networks 192.0.2.0/24\n  requires fresh, reply 401, because \"Too old.\"\n");
  const Rule* rule = lowered.Find("p.lab.fresh");
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->origin, RuleOrigin::kZoneRequirement);
  EXPECT_EQ(lowered.program().zones[rule->zone.index()].name, "lab");
  EXPECT_EQ(rule->status, 401);
  EXPECT_EQ(lowered.Formula("p.lab.fresh"), "not (LESS-OR-EQUAL [now - token.iat] $base.age-max)");
  EXPECT_EQ(lowered.Anonymous("p.lab.fresh"), "FALSE not (LESS-OR-EQUAL [now - token.iat] $base.age-max)");
  EXPECT_EQ(lowered.program().operation_sets[rule->operations.index()].size(), 3U);
}

TEST(Lower, OnlyWhatIsReadIsAnInput) {
  const Lowered lowered("rule a\n  allow read\n  when context.flag\n");
  ASSERT_EQ(lowered.program().inputs.size(), 1U);
  EXPECT_EQ(lowered.program().inputs[0].name, "context.flag");
  const std::vector<InputId> parameters = lowered.program().operations[1].parameters;
  ASSERT_EQ(parameters.size(), 1U);
  EXPECT_FALSE(parameters[0].has_value());
}

TEST(Lower, RulesStandByRank) {
  const Lowered lowered(
      "rule b\n  allow list\n@severity high\nrule z\n  deny list\n  when context.flag\nrule a\n  "
      "allow read\n"
      "@severity low\nrule c\n  allow list\n");
  std::string order;
  for (const Rule& rule : lowered.program().rules) order += rule.name + " ";
  EXPECT_EQ(order, "p.z p.a p.b p.c ");
}

// A chain of conditions that call the one before twice: 2^60 tests if each call were copied.
TEST(Lower, SharedConditionsStaySmall) {
  std::string text = "condition c0 means context.flag\n";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "c" + std::to_string(i - 1);
    text += "condition c" + std::to_string(i) + " means " + before + (i % 2 == 0 ? " and " : " or ") + before + "\n";
  }
  const Lowered lowered(text + "rule r\n  allow list\n  when c59\n");
  EXPECT_EQ(lowered.Formula("p.r"), "(TRUE? context.flag)");
}

// Each level calls the one before with two new arguments: 2^levels calls that are all different.
TEST(Lower, CallsThatMultiplyAreReported) {
  const auto levels = [](int count) {
    std::string text = "condition c0(n: int) means context.amount at most n\n";
    for (int i = 1; i <= count; ++i) {
      const std::string before = "c" + std::to_string(i - 1);
      const std::string step = std::to_string(std::int64_t{1} << i);
      text += "condition c" + std::to_string(i) + "(n: int) means " + before + "(n + " + step + ") or " + before +
              "(n - " + step + ")\n";
    }
    return Lowered(text + "rule r\n  allow list\n  when c" + std::to_string(count) + "(0)\n");
  };
  EXPECT_TRUE(levels(12).ok());
  EXPECT_EQ(levels(60).errors(), "written out, this clause calls more than 10000 conditions\n");
}

TEST(Lower, MoreAttributesThanSlotsAreReported) {
  const auto reading = [](std::size_t count) {
    std::string text = "attributes of action\n";
    std::string rules;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = "a" + std::to_string(i);
      text += "  " + name + ": bool\n";
      rules += "rule r" + std::to_string(i) + "\n  deny list\n  when action." + name + "\n";
    }
    return Lowered(text + rules);
  };
  EXPECT_TRUE(reading(base::budget::kSlotCountMax).ok());
  EXPECT_EQ(reading(base::budget::kSlotCountMax + 1).errors(),
            "the rules read 4097 attributes, at most 4096 are supported\n");
}

TEST(Lower, InliningTooDeepIsReported) {
  std::string text = "condition c0 means context.flag\n";
  for (int i = 1; i <= 64; ++i) {
    text += "condition c" + std::to_string(i) + " means not c" + std::to_string(i - 1) + "\n";
  }
  const Lowered edge(text + "rule r\n  allow list\n  when c63\n");
  EXPECT_EQ(edge.Formula("p.r"), "not (TRUE? context.flag)");
  const Lowered beyond(text + "rule r\n  allow list\n  when c64\n");
  EXPECT_FALSE(beyond.ok());
  EXPECT_EQ(beyond.errors(), "conditions and roles call one another more than 64 deep here\n");
}

}  // namespace
}  // namespace ward::ir

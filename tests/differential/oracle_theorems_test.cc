// The theorems of one decision (LANGUAGE.md (e)), on random programs and requests.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "differential/dice.h"
#include "differential/random_program.h"
#include "differential/random_request.h"
#include "differential/seeds.h"
#include "ir/oracle.h"
#include "ir/oracle_eval.h"
#include "ir/rank.h"
#include "ir/verify.h"

namespace ward::differential {
namespace {

using ir::Oracle;
using ir::OracleDecision;
using ir::OracleRequest;
using ir::OracleWorld;
using ir::Program;

constexpr std::uint64_t kPrograms = 400;
constexpr int kRequestsPerProgram = 25;

struct Case {
  const Program& program;
  const OracleWorld& world;
  const OracleRequest& request;
  Dice& dice;
};

ProgramShape ShapeOf(std::uint64_t seed, ProgramShape shape) {
  shape.keyed = seed % 5 == 0;
  return shape;
}

// Runs `check` on many programs, worlds and requests; the seed is in every failure's message.
void ForRandomCases(ProgramShape shape, const std::function<void(const Case&)>& check) {
  const std::uint64_t first = FirstSeed();
  for (std::uint64_t seed = first; seed < first + kPrograms; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomProgram random(seed, ShapeOf(seed, shape));
    Dice dice(seed * 7919);
    OracleWorld world = random.RandomWorld(dice);
    world.utc_offset = OffsetOf;
    const Oracle oracle(random.program(), world);
    for (int i = 0; i < kRequestsPerProgram; ++i) {
      const RandomRequest request = MakeRandomRequest(dice, random.program(), oracle);
      check({random.program(), world, request.asked, dice});
      if (::testing::Test::HasFailure()) return;
    }
  }
}

OracleDecision Decide(const Program& program, const Case& c) { return Oracle(program, c.world).Decide(c.request); }

bool Allowed(const OracleDecision& decision) { return decision.outcome == Outcome::kAllow; }

std::string RuleName(const Program& program, ir::RuleId id) {
  return id.has_value() ? program.rules[id.index()].name : "default";
}

// All that a caller sees, with rules by name: ids may differ between programs.
std::string Seen(const Program& program, const OracleDecision& d) {
  std::string text = std::to_string(static_cast<int>(d.outcome)) + " " + std::to_string(d.status) + " " +
                     RuleName(program, d.rule) + (d.in_doubt ? " in doubt" : "");
  for (const auto& [name, value] : d.set) text += " set " + name + "=" + (value ? value->text : "(missing)");
  for (const std::string& name : d.strip) text += " strip " + name;
  for (const std::string& tag : d.tags) text += " tag " + tag;
  text += " audit " + std::to_string(static_cast<int>(d.audit));
  for (const ir::OracleShadow& s : d.shadows) {
    text += " shadow " + RuleName(program, s.rule) + (s.outcome ? std::to_string(static_cast<int>(*s.outcome)) : "on") +
            std::to_string(static_cast<int>(s.truth));
  }
  return text;
}

TEST(OracleTheorems, RandomProgramsAreWellFormed) {
  const std::uint64_t first = FirstSeed();
  for (std::uint64_t seed = first; seed < first + kPrograms; ++seed) {
    const RandomProgram random(seed, ShapeOf(seed, {}));
    EXPECT_EQ(ir::Verify(random.program()), std::vector<std::string>()) << "seed " << seed;
  }
}

// Generators that say nothing prove nothing: every outcome and every kind of cause must be common.
TEST(OracleTheorems, RandomRequestsReachEveryOutcome) {
  std::size_t count = 0;
  std::size_t allowed = 0;
  std::size_t challenged = 0;
  std::size_t certain = 0;
  std::size_t in_doubt = 0;
  std::size_t by_default = 0;
  std::size_t no_zone = 0;
  std::size_t shadows = 0;
  ForRandomCases({}, [&](const Case& c) {
    const OracleDecision d = Decide(c.program, c);
    ++count;
    allowed += Allowed(d) ? 1U : 0U;
    challenged += d.outcome == Outcome::kChallenge ? 1U : 0U;
    certain += d.outcome == Outcome::kDeny && d.rule.has_value() && !d.in_doubt ? 1U : 0U;
    in_doubt += d.in_doubt ? 1U : 0U;
    by_default += !d.rule.has_value() ? 1U : 0U;
    no_zone += d.candidates.size() > 1 ? 1U : 0U;
    shadows += d.shadows.empty() ? 0U : 1U;
  });
  for (const std::size_t seen : {allowed, challenged, certain, in_doubt, by_default, no_zone, shadows}) {
    EXPECT_GT(seen * 50, count) << "allowed " << allowed << " challenged " << challenged << " certain " << certain
                                << " in doubt " << in_doubt << " default " << by_default << " of " << count;
  }
}

TEST(OracleTheorems, EveryOperatorIsSeenTrueFalseAndInDoubt) {
  std::set<std::pair<int, int>> seen;
  ForRandomCases({}, [&](const Case& c) {
    for (const ir::OracleRule& rule : Decide(c.program, c).rules) {
      for (const ir::OracleTest& test : rule.tests) {
        const ir::Test& written = c.program.tests[test.test.index()];
        const int op = static_cast<int>(c.program.atoms[written.atom.index()].op);
        if (!test.waived) seen.insert({op, static_cast<int>(test.truth)});
      }
    }
  });
  for (int op = 0; op <= static_cast<int>(ir::AtomOp::kOperationIn); ++op) {
    const bool two_valued =
        op == static_cast<int>(ir::AtomOp::kPresent) || op == static_cast<int>(ir::AtomOp::kOperationIn);
    EXPECT_EQ(seen.count({op, static_cast<int>(Truth::kTrue)}), 1U) << op;
    EXPECT_EQ(seen.count({op, static_cast<int>(Truth::kFalse)}), 1U) << op;
    EXPECT_EQ(seen.count({op, static_cast<int>(Truth::kDoubt)}), two_valued ? 0U : 1U) << op;
  }
}

TEST(OracleTheorems, TotalAndDeterministic) {
  ForRandomCases({}, [](const Case& c) {
    const OracleDecision d = Decide(c.program, c);
    EXPECT_EQ(Allowed(d), d.status == 200);
    EXPECT_EQ(d.outcome == Outcome::kChallenge, d.status == 401);
    EXPECT_NE(d.outcome, Outcome::kThrottle);
    if (Allowed(d)) {
      EXPECT_TRUE(d.rule.has_value());
      EXPECT_FALSE(d.in_doubt);
    } else {
      EXPECT_TRUE(d.set.empty());
      EXPECT_TRUE(d.strip.empty());
    }
    EXPECT_EQ(Seen(c.program, d), Seen(c.program, Decide(c.program, c)));
  });
}

TEST(OracleTheorems, OrderOfRulesAndOperandsNeverMatters) {
  ForRandomCases({}, [](const Case& c) {
    Program shuffled = c.program;
    for (std::size_t i = shuffled.rules.size(); i > 1; --i) {
      std::swap(shuffled.rules[i - 1], shuffled.rules[c.dice.Below(i)]);
    }
    ir::SortByRank(shuffled.rules);
    for (const ir::Node& node : shuffled.nodes) {
      const auto begin = shuffled.children.begin() + node.first_child;
      std::reverse(begin, begin + node.child_count);
    }
    EXPECT_EQ(Seen(c.program, Decide(c.program, c)), Seen(shuffled, Decide(shuffled, c)));
  });
}

// Taking a rule away is adding it, seen from the other side.
TEST(OracleTheorems, DenyNeverWidensAndAllowNeverNarrows) {
  ForRandomCases({}, [](const Case& c) {
    const std::size_t index = c.dice.Below(c.program.rules.size());
    const ir::Rule& rule = c.program.rules[index];
    Program without = c.program;
    without.rules.erase(without.rules.begin() + static_cast<std::ptrdiff_t>(index));
    const bool allowed_with = Allowed(Decide(c.program, c));
    const bool allowed_without = Allowed(Decide(without, c));
    if (rule.shadow || rule.kind == ir::RuleKind::kOn) {
      EXPECT_EQ(allowed_with, allowed_without) << rule.name;
    } else if (rule.kind == ir::RuleKind::kDeny) {
      EXPECT_TRUE(!allowed_with || allowed_without) << rule.name;
    } else {
      EXPECT_TRUE(allowed_with || !allowed_without) << rule.name;
    }
  });
}

// What a test that reads identity is worth where there is none, as the formula of its rule has it: what is required and
// exempted stands negated there. LANGUAGE (e), written down once more.
Truth Waived(ir::RuleKind kind, ir::Clause clause) {
  if (kind == ir::RuleKind::kAllow) return Truth::kFalse;
  if (clause == ir::Clause::kUnless) return Truth::kTrue;
  return kind == ir::RuleKind::kOn ? Truth::kTrue : Truth::kFalse;
}

// `truths`: of atoms, by test.
Truth WithoutIdentity(const Program& program, ir::RuleKind kind, ir::NodeId id,
                      const std::map<ir::TestId, Truth>& truths) {
  const ir::Node& node = program.nodes[id.index()];
  if (node.test.has_value() && program.tests[node.test.index()].identity) {
    return Waived(kind, program.tests[node.test.index()].clause);
  }
  if (node.kind == ir::NodeKind::kTrue) return Truth::kTrue;
  if (node.kind == ir::NodeKind::kFalse) return Truth::kFalse;
  if (node.kind == ir::NodeKind::kTest) {
    const Truth truth = truths.at(node.test);
    return program.tests[node.test.index()].negated ? ir::NotTruth(truth) : truth;
  }
  const Truth decisive = node.kind == ir::NodeKind::kAnd ? Truth::kFalse : Truth::kTrue;
  Truth result = ir::NotTruth(decisive);
  for (std::uint32_t i = 0; i < node.child_count; ++i) {
    const Truth truth = WithoutIdentity(program, kind, program.children[node.first_child + i], truths);
    if (truth == decisive) return decisive;
    if (truth == Truth::kDoubt) result = truth;
  }
  return result;
}

TEST(OracleTheorems, AnonymousOperationsWaiveWhatReadsIdentity) {
  std::size_t changed = 0;
  ForRandomCases({}, [&](const Case& c) {
    if (!c.request.operation.has_value() || !c.program.operations[c.request.operation.index()].anonymous) return;
    Program known = c.program;
    for (ir::Operation& operation : known.operations) operation.anonymous = false;
    const OracleDecision there = Decide(known, c);
    const OracleDecision here = Decide(c.program, c);
    ASSERT_EQ(there.rules.size(), here.rules.size());
    for (std::size_t i = 0; i < here.rules.size(); ++i) {
      std::map<ir::TestId, Truth> truths;
      for (const ir::OracleTest& test : there.rules[i].tests) truths[test.test] = test.truth;
      const ir::Rule& rule = c.program.rules[here.rules[i].rule.index()];
      EXPECT_EQ(here.rules[i].truth, WithoutIdentity(c.program, rule.kind, rule.formula, truths)) << rule.name;
      changed += here.rules[i].truth != there.rules[i].truth ? 1U : 0U;
    }
  });
  EXPECT_GT(changed, 1'000U);
}

TEST(OracleTheorems, HidingNeverOpensTheDoor) {
  ProgramShape shape;
  shape.looks_at_absence = false;
  std::size_t hidings = 0;
  ForRandomCases(shape, [&](const Case& c) {
    if (Allowed(Decide(c.program, c))) return;
    for (std::size_t i = 0; i < c.program.inputs.size(); ++i) {
      if (!c.request.inputs[i] || c.dice.Percent(50)) continue;
      OracleRequest hidden = c.request;
      hidden.inputs[i].reset();
      if (c.program.inputs[i].source == AttributeSource::kSourceIp) hidden.source_ip.reset();
      ++hidings;
      EXPECT_FALSE(Allowed(Oracle(c.program, c.world).Decide(hidden))) << c.program.inputs[i].name;
    }
    OracleWorld unloaded = c.world;
    for (std::size_t i = 0; i < unloaded.tables.size(); ++i) {
      if (c.program.tables[i].live) unloaded.tables[i] = {};
    }
    EXPECT_FALSE(Allowed(Oracle(c.program, unloaded).Decide(c.request))) << "live tables not loaded";
  });
  EXPECT_GT(hidings, 10'000U);
}

// The theorem above has an exception, and the generator must be able to find it.
TEST(OracleTheorems, HidingCanOpenWhereAbsenceIsLookedAt) {
  std::size_t opened = 0;
  ForRandomCases({}, [&](const Case& c) {
    if (Allowed(Decide(c.program, c))) return;
    for (std::size_t i = 0; i < c.program.inputs.size(); ++i) {
      OracleRequest hidden = c.request;
      hidden.inputs[i].reset();
      opened += Allowed(Oracle(c.program, c.world).Decide(hidden)) ? 1U : 0U;
    }
  });
  EXPECT_GT(opened, 0U);
}

}  // namespace
}  // namespace ward::differential

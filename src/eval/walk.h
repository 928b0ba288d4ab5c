// eval: walks the groups of one program and says which rules answer.
//
// The walk keeps an explicit stack of nodes still to visit, sized once from the bundle's verified bounds; it neither
// recurses nor allocates. A rule number is also its rank: of two that apply, the smaller one answers.
// One Walk per thread; the image and the classes are borrowed for a call.
#ifndef WARD_SRC_EVAL_WALK_H_
#define WARD_SRC_EVAL_WALK_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "bytecode/image.h"
#include "eval/node.h"
#include "eval/slots.h"

namespace ward::eval {

// What the rules say; bytecode::kNone where no rule does. LANGUAGE (e), "Reply": the first of deny, challenge, doubt
// answers a refusal.
struct Findings {
  std::uint32_t deny = bytecode::kNone;               // best certain deny or require whose status is not 401
  std::uint32_t challenge = bytecode::kNone;          // best deny or require with 401, certain or in doubt
  std::uint32_t certain_challenge = bytecode::kNone;  // best certain one with 401
  std::uint32_t doubt = bytecode::kNone;              // best deny or require in doubt, status not 401
  std::uint32_t allow = bytecode::kNone;              // best certain allow; may be unset if something refuses

  [[nodiscard]] bool refuses() const { return (deny & challenge & doubt) != bytecode::kNone; }
};

// A rule that applies and must be told: one with obligations, an `on` rule, a shadow rule.
struct Match {
  std::uint32_t rule = 0;
  bytecode::GroupKind kind = bytecode::GroupKind::kDeny;
  bool certain = false;
};

class Walk {
 public:
  // Allocates; nothing after it does.
  explicit Walk(const bytecode::Image& image) : stack_(image.bound.stack()), matches_(image.bound.matches()) {}

  // All groups of `program`. Of allow rules that have obligations, every certain one is matched even if a rule
  // refuses (their audit and tags stay); other allow groups are then skipped.
  template <SlotClasses T>
  [[nodiscard]] Findings Run(const bytecode::Image& image, const bytecode::Program& program, T& classes) {
    Findings findings;
    match_count_ = 0;
    for (const std::uint32_t number : Slice(image.program_groups, program.groups())) {
      const bytecode::Group& group = image.groups[number];
      const auto kind = static_cast<bytecode::GroupKind>(group.kind());
      if (kind == bytecode::GroupKind::kAllow && group.tells() == 0 && findings.refuses()) continue;
      Visit(image, group, classes, findings);
    }
    SortMatches();
    return findings;
  }

  // Of the last Run: by kind, then rule; each rule once, certain if one of its terms is.
  [[nodiscard]] std::span<const Match> matches() const { return std::span(matches_).first(match_count_); }

 private:
  struct Pending {
    std::uint32_t node = bytecode::kNoNode;
    std::uint32_t rules = 0;
    std::uint32_t words = 0;
    bool in_doubt = false;  // below a `doubt` child: nothing there is certain
  };

  template <SlotClasses T>
  void Visit(const bytecode::Image& image, const bytecode::Group& group, T& classes, Findings& findings);
  template <SlotClasses T>
  void VisitSplit(const bytecode::Image& image, const bytecode::Branch& split, Pending at, T& classes);
  template <SlotClasses T>
  void FinishLeaf(const bytecode::Image& image, const bytecode::Group& group, Pending at, T& classes,
                  Findings& findings);

  void Push(const bytecode::Child& child, Pending from) {
    if (child.node() == bytecode::kNoNode) return;
    WARD_DCHECK(depth_ < stack_.size());
    stack_[depth_++] = {child.node(), from.rules + child.rules(), child.words(), from.in_doubt};
  }
  static void NoteDenials(LeafMasks masks, const std::uint32_t* rules, Findings& findings);
  void AddMatches(LeafMasks masks, const std::uint32_t* rules, bytecode::GroupKind kind);
  void SortMatches();

  std::vector<Pending> stack_;
  std::vector<Match> matches_;
  std::uint32_t depth_ = 0;
  std::uint32_t match_count_ = 0;
};

template <SlotClasses T>
void Walk::Visit(const bytecode::Image& image, const bytecode::Group& group, T& classes, Findings& findings) {
  depth_ = 0;
  Push(group.root(), Pending{});
  while (depth_ > 0) {
    const Pending at = stack_[--depth_];
    const std::uint32_t number = bytecode::NodeNumber(at.node);
    if (bytecode::IsLeaf(at.node)) {
      FinishLeaf(image, group, at, classes, findings);
      continue;
    }
    const bytecode::Branch& branch = image.branches[number];
    if (static_cast<bytecode::BranchKind>(branch.kind()) == bytecode::BranchKind::kSplit) {
      VisitSplit(image, branch, at, classes);
    } else {
      for (const bytecode::Child& child : Slice(image.children, branch.children())) Push(child, at);
    }
  }
}

template <SlotClasses T>
void Walk::VisitSplit(const bytecode::Image& image, const bytecode::Branch& split, Pending at, T& classes) {
  Push(split.rest(), at);
  const std::uint32_t ordinal = classes.Ordinal(split.slot());
  if (ordinal == lookup::kOrdinalDoubt) {
    at.in_doubt = true;
    Push(split.doubt(), at);
  } else if (const bytecode::Child* child = SplitChild(image, split, ordinal); child != nullptr) {
    Push(*child, at);
  }
}

template <SlotClasses T>
void Walk::FinishLeaf(const bytecode::Image& image, const bytecode::Group& group, Pending at, T& classes,
                      Findings& findings) {
  const bytecode::Leaf& leaf = image.leaves[bytecode::NodeNumber(at.node)];
  const auto kind = static_cast<bytecode::GroupKind>(group.kind());
  const std::uint32_t* rules = image.rule_refs.data() + at.rules;
  LeafMasks masks;
  if (bytecode::CountsDoubt(kind)) {
    masks = VisitLeaf(image, leaf, at.words, classes);
    if (at.in_doubt) masks.certain = 0;
  } else {
    masks.possible = masks.certain = VisitCertainLeaf(image, leaf, at.words, classes);
  }
  if (masks.possible == 0) return;
  if (kind == bytecode::GroupKind::kDeny) {
    NoteDenials(masks, rules, findings);
  } else if (kind == bytecode::GroupKind::kAllow) {
    findings.allow = std::min(findings.allow, rules[std::countr_zero(masks.certain)] & ~bytecode::kAnswers401);
  }
  if (group.tells() != 0) AddMatches(masks, rules, kind);
}

}  // namespace ward::eval

#endif  // WARD_SRC_EVAL_WALK_H_

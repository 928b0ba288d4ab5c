// What the decision asks the PEP to do, what shadow rules would have said, and the words of the policy.
#include <algorithm>
#include <array>
#include <optional>

#include "base/header_names.h"
#include "engine/reader_state.h"
#include "engine/value_text.h"

namespace ward {
namespace {

constexpr std::size_t kReasonBytesMax = std::size_t{8} * 1024;
constexpr std::string_view kUnknown = "unknown";

template <typename T>
bool Has(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

AuditLevel LevelOf(bytecode::Audit audit) {
  switch (audit) {
    case bytecode::Audit::kNothing:
      return AuditLevel::kNone;
    case bytecode::Audit::kBrief:
      return AuditLevel::kBrief;
    case bytecode::Audit::kFull:
      return AuditLevel::kFull;
  }
  return AuditLevel::kNone;
}

}  // namespace

void ReaderState::TellMatches() {
  for (const eval::Match& match : work_->walk.matches()) {
    switch (match.kind) {
      case bytecode::GroupKind::kDeny:
      case bytecode::GroupKind::kOn:
        Oblige(image().rules[match.rule]);
        break;
      case bytecode::GroupKind::kAllow:
        if (match.certain) Oblige(image().rules[match.rule]);
        break;
      case bytecode::GroupKind::kShadowDeny:
      case bytecode::GroupKind::kShadowAllow:
      case bytecode::GroupKind::kShadowOn:
        break;
    }
  }
  TellShadows();
  decision_.set_headers_ = work_->set_headers;
  decision_.strip_headers_ = work_->strip_headers;
  decision_.tags_ = work_->tags;
  decision_.shadows_ = work_->shadows;
}

void ReaderState::Oblige(const bytecode::Rule& rule) {
  const bytecode::Reply& reply = image().replies[rule.reply()];
  decision_.audit_ = std::max(decision_.audit_, LevelOf(reply.audit()));
  for (const std::string_view tag : binding().Texts(reply.tags())) {
    if (!Has(work_->tags, tag)) work_->tags.push_back(tag);
  }
  // A request that goes nowhere has no headers to change.
  if (decision_.outcome_ != Outcome::kAllow) return;
  SetHeaders(reply);
  StripHeaders(reply);
}

void ReaderState::SetHeaders(const bytecode::Reply& reply) {
  for (const bytecode::HeaderSet& header : Slice(image().header_sets, reply.set())) {
    const std::string_view name = image().TextOf(header.name());
    const auto same_name = [name](const HeaderToSet& other) { return other.name == name; };
    // Two rules that may meet give one header the same value: the compiler has seen to it.
    if (!base::MaySetHeader(name) || std::any_of(work_->set_headers.begin(), work_->set_headers.end(), same_name)) {
      continue;
    }
    const std::optional<std::string_view> value =
        engine::ValueText(image(), image().slots[header.slot()], work_->vm.Value(header.slot()), work_->scratch);
    work_->set_headers.push_back({name, value.value_or(std::string_view()), value.has_value()});
  }
}

void ReaderState::StripHeaders(const bytecode::Reply& reply) {
  for (const std::string_view name : binding().Texts(reply.strip())) {
    if (base::MayStripHeader(name) && !Has(work_->strip_headers, name)) work_->strip_headers.push_back(name);
  }
}

// Matches come by kind, then rank; shadows are told by rank alone, so the kinds are merged.
void ReaderState::TellShadows() {
  const std::span<const eval::Match> matches = work_->walk.matches();
  std::array<std::span<const eval::Match>, 3> kinds;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto kind = static_cast<bytecode::GroupKind>(static_cast<std::size_t>(bytecode::GroupKind::kShadowDeny) + i);
    const auto first =
        std::find_if(matches.begin(), matches.end(), [kind](const eval::Match& m) { return m.kind == kind; });
    const auto last = std::find_if(first, matches.end(), [kind](const eval::Match& m) { return m.kind != kind; });
    kinds[i] = {first, last};
  }
  while (true) {
    std::span<const eval::Match>* next = nullptr;
    for (std::span<const eval::Match>& kind : kinds) {
      if (!kind.empty() && (next == nullptr || kind.front().rule < next->front().rule)) next = &kind;
    }
    if (next == nullptr) return;
    TellShadow(next->front());
    *next = next->subspan(1);
  }
}

void ReaderState::TellShadow(const eval::Match& match) {
  const bytecode::Rule& rule = image().rules[match.rule];
  ShadowOutcome shadow;
  shadow.rule = image().TextOf(rule.name());
  shadow.truth = match.certain ? Truth::kTrue : Truth::kDoubt;
  constexpr std::uint16_t kChallengeStatus = 401;
  switch (rule.kind()) {
    case bytecode::RuleKind::kAllow:
      shadow.outcome = Outcome::kAllow;
      break;
    case bytecode::RuleKind::kDeny:
      shadow.outcome = rule.status() == kChallengeStatus ? Outcome::kChallenge : Outcome::kDeny;
      break;
    case bytecode::RuleKind::kOn:
      shadow.outcome.reset();
      break;
  }
  work_->shadows.push_back(shadow);
}

std::string_view ReaderState::Render(const bytecode::Reply& reply, std::string_view otherwise) {
  const std::span<const bytecode::Piece> pieces = Slice(image().pieces, reply.because());
  if (pieces.empty()) return otherwise;
  if (pieces.size() == 1 && pieces.front().slot() == bytecode::kNone) return image().TextOf(pieces.front().text());
  const std::span<char> place = work_->scratch.TakeBytes(kReasonBytesMax);
  std::size_t size = 0;
  for (const bytecode::Piece& piece : pieces) {
    std::string_view text = image().TextOf(piece.text());
    if (piece.slot() != bytecode::kNone) {
      text = engine::ValueText(image(), image().slots[piece.slot()], work_->vm.Value(piece.slot()), work_->scratch)
                 .value_or(kUnknown);
    }
    if (text.size() > place.size() - size) return otherwise;
    std::copy(text.begin(), text.end(), place.begin() + static_cast<std::ptrdiff_t>(size));
    size += text.size();
  }
  return {place.data(), size};
}

}  // namespace ward

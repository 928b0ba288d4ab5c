#include "lint/replacements.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace ward::lint {
namespace {

// Those that are there do not touch each other, so only the last that begins at or before the end of this one can.
bool Fits(const std::map<std::uint32_t, Replacements::Edit>& edits, std::uint32_t begin,
          const Replacements::Edit& next) {
  const auto behind = edits.upper_bound(next.end);
  if (behind == edits.begin()) return true;
  const auto& [other_begin, other] = *std::prev(behind);
  return other.end < begin || (other_begin == begin && other == next);
}

}  // namespace

bool Replacements::Add(const Diagnostic::Fix& fix) {
  for (const Diagnostic::Edit& edit : fix.edits) {
    const auto file = files_.find(edit.location.file);
    if (file == files_.end()) continue;
    if (!Fits(file->second, edit.location.byte_begin, {edit.location.byte_end, edit.replacement})) return false;
  }
  for (const Diagnostic::Edit& edit : fix.edits) {
    files_[edit.location.file].emplace(edit.location.byte_begin, Edit{edit.location.byte_end, edit.replacement});
  }
  return true;
}

std::optional<std::string> Replacements::Apply(const std::string& file, std::string_view text) const {
  std::string out;
  std::size_t at = 0;
  for (const auto& [begin, edit] : files_.at(file)) {
    if (begin < at || edit.end < begin || edit.end > text.size()) return std::nullopt;
    out += text.substr(at, begin - at);
    out += edit.text;
    at = edit.end;
  }
  out += text.substr(at);
  return out;
}

Moves::Moves(const Replacements& replacements) {
  for (const auto& [file, edits] : replacements.files()) {
    std::vector<Move>& moves = files_[file];
    std::int64_t shift = 0;
    for (const auto& [begin, edit] : edits) {
      const std::int64_t new_begin = begin + shift;
      moves.push_back({begin, edit.end, new_begin, new_begin + std::ssize(edit.text)});
      shift = moves.back().new_end - edit.end;
    }
  }
}

const Moves::Move* Moves::LastBefore(const Location& place, std::int64_t Move::*begin) const {
  const auto file = files_.find(place.file);
  if (file == files_.end()) return nullptr;
  const auto behind = std::upper_bound(file->second.begin(), file->second.end(), std::int64_t{place.byte_begin},
                                       [begin](std::int64_t at, const Move& move) { return at < move.*begin; });
  return behind == file->second.begin() ? nullptr : &*std::prev(behind);
}

Moves::Range Moves::After(const Location& old_place) const {
  const std::int64_t at = old_place.byte_begin;
  const Move* move = LastBefore(old_place, &Move::old_begin);
  if (move == nullptr) return {at, at};
  const std::int64_t shifted = at - move->old_end + move->new_end;
  if (move->old_end < at) return {shifted, shifted};
  return {move->new_begin, std::max(move->new_end, shifted)};
}

bool Moves::IsPutIn(const Location& new_place) const {
  const Move* move = LastBefore(new_place, &Move::new_begin);
  return move != nullptr && new_place.byte_begin < move->new_end;
}

}  // namespace ward::lint

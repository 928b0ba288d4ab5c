// engine: what a request needs of one bundle besides its bytecode, worked out once when the bundle is loaded.
//
// Where each input is found (header names, claim paths, ...), how it is typed, and the texts that decisions borrow.
// Immutable; borrows from the Image, which must outlive it and stay where it is. Thread-safe.
#ifndef WARD_SRC_ENGINE_BINDING_H_
#define WARD_SRC_ENGINE_BINDING_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "border/claim_tree.h"
#include "border/convert.h"
#include "border/named_values.h"
#include "bytecode/image.h"
#include "ward/request.h"
#include "ward/schema.h"

namespace ward::engine {

// Attributes and columns of type `path` are spelled as the request's own path is. Empty: no normal form; what has a `?`
// is no path but a request target.
[[nodiscard]] std::string_view PathForm(std::string_view text, std::span<char> scratch);

// `subject.id` is what the verified token says, not what was sent, once there is such a token.
struct SubjectId {
  std::uint32_t slot = 0;
  std::uint32_t token_sub = 0;       // where the token's `sub` lands, typed as `slot` is; beyond the inputs
  std::uint32_t claim = UINT32_MAX;  // the input `token.sub` of the same type, if the policy reads it too; kNone
};

struct Binding {
  explicit Binding(const bytecode::Image& image);
  Binding(const Binding&) = delete;
  Binding& operator=(const Binding&) = delete;

  [[nodiscard]] std::span<const std::uint32_t> slots_of(AttributeSource source) const {
    return by_source[static_cast<std::size_t>(source)];
  }
  // The tree of a source that SetJson takes; null for the others.
  [[nodiscard]] const border::ClaimTree* tree_of(AttributeSource source) const;
  // The number of an attribute's name among `names`; kNone.
  [[nodiscard]] std::uint32_t NameOf(std::string_view attribute) const;
  [[nodiscard]] std::span<const std::string_view> Texts(const bytecode::Range& range) const {
    return std::span(texts).subspan(range.first(), range.count());
  }

  std::vector<std::string_view> texts;    // image.texts
  std::vector<border::ValueSpec> specs;   // of the inputs, then of SubjectId::token_sub
  std::vector<AttributeInfo> attributes;  // of the inputs
  std::array<std::vector<std::uint32_t>, kAttributeSourceCount> by_source;
  std::vector<SubjectId> subject_ids;
  // Of attributes. One name may have several slots: a path parameter typed differently by two operations.
  border::NameTable names;
  border::NameTable headers;
  border::NameTable query;
  border::NameTable form;
  border::ClaimTree json;
  border::ClaimTree token;
  border::ClaimTree subject;
  border::ClaimTree action;
  border::ClaimTree resource;
  border::ClaimTree context;
  std::vector<std::string_view> candidates;  // image.state_zones, by name
  // Most set headers, stripped headers and tags of one reply: decisions reserve room by them.
  std::size_t set_max = 0;
  std::size_t strip_max = 0;
  std::size_t tags_max = 0;

 private:
  void BindInputs(const bytecode::Image& image);
  void BindNames();
  void BindTrees();
  [[nodiscard]] border::NameTable NamesOf(AttributeSource source) const;
  [[nodiscard]] std::vector<border::ClaimPath> PathsOf(AttributeSource source) const;
};

}  // namespace ward::engine

#endif  // WARD_SRC_ENGINE_BINDING_H_

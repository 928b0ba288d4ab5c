#include "engine/binding.h"

#include <algorithm>

#include "base/budgets.h"
#include "route/host.h"
#include "route/path_normal_form.h"

namespace ward::engine {
namespace {

constexpr std::array<std::string_view, 1> kSubPath = {"sub"};

border::ValueSpec SpecOf(const bytecode::Image& image, std::uint32_t slot) {
  const bytecode::Input& input = image.inputs[slot];
  const bytecode::Slot& info = image.slots[slot];
  border::ValueSpec spec;
  spec.type = static_cast<ValueType>(info.type());
  spec.lower_case = (input.flags() & bytecode::kInputLowerCase) != 0;
  spec.max_bytes = input.max_bytes();
  spec.split = image.TextOf(input.split());
  if ((input.flags() & bytecode::kInputPathForm) != 0) spec.normal_form = &PathForm;
  if ((input.flags() & bytecode::kInputHostForm) != 0) spec.normal_form = &route::NormaliseHost;
  if (spec.type == ValueType::kEnum || spec.type == ValueType::kEnumSet) {
    spec.domain = &image.domain_views[info.domain()];
  }
  return spec;
}

bool IsPath(const AttributeInfo& attribute, std::string_view only) {
  return attribute.path.size() == 1 && attribute.path.front() == only;
}

}  // namespace

static_assert(base::budget::kRequestHostBytesMax <= border::kNormalFormBytesMin);

std::string_view PathForm(std::string_view text, std::span<char> scratch) {
  if (text.find('?') != std::string_view::npos) return {};
  return route::NormalisePath(text, scratch).path;
}

Binding::Binding(const bytecode::Image& image) {
  texts.reserve(image.texts.size());
  for (const bytecode::Text& text : image.texts) texts.push_back(image.TextOf(text));
  BindInputs(image);
  BindNames();
  BindTrees();
  for (const std::uint32_t zone : image.state_zones) candidates.push_back(image.TextOf(image.zones[zone].name()));
  for (const bytecode::Reply& reply : image.replies) {
    set_max = std::max<std::size_t>(set_max, reply.set().count());
    strip_max = std::max<std::size_t>(strip_max, reply.strip().count());
    tags_max = std::max<std::size_t>(tags_max, reply.tags().count());
  }
}

void Binding::BindInputs(const bytecode::Image& image) {
  for (std::uint32_t slot = 0; slot < image.input_count(); ++slot) {
    const bytecode::Input& input = image.inputs[slot];
    AttributeInfo info;
    info.name = image.TextOf(input.name());
    info.source = static_cast<AttributeSource>(input.source());
    info.path = Texts(input.path());
    info.type = static_cast<ValueType>(image.slots[slot].type());
    info.secret = (input.flags() & bytecode::kInputSecret) != 0;
    attributes.push_back(info);
    specs.push_back(SpecOf(image, slot));
    by_source[input.source()].push_back(slot);
  }
  for (const std::uint32_t slot : slots_of(AttributeSource::kSubject)) {
    if (!IsPath(attributes[slot], "id")) continue;
    const std::vector<std::uint32_t>& claims = by_source[static_cast<std::size_t>(AttributeSource::kToken)];
    const auto claim = std::find_if(claims.begin(), claims.end(), [this, slot](std::uint32_t other) {
      return IsPath(attributes[other], kSubPath.front()) && attributes[other].type == attributes[slot].type;
    });
    subject_ids.push_back(
        {slot, static_cast<std::uint32_t>(specs.size()), claim == claims.end() ? bytecode::kNone : *claim});
    specs.push_back(specs[slot]);
  }
}

border::NameTable Binding::NamesOf(AttributeSource source) const {
  std::vector<border::NameTable::Entry> entries;
  for (const std::uint32_t slot : slots_of(source)) {
    if (attributes[slot].path.size() == 1) entries.push_back({attributes[slot].path.front(), slot});
  }
  return border::NameTable(entries);
}

void Binding::BindNames() {
  headers = NamesOf(AttributeSource::kHeader);
  query = NamesOf(AttributeSource::kQuery);
  form = NamesOf(AttributeSource::kForm);
  std::vector<border::NameTable::Entry> entries;
  for (std::uint32_t slot = 0; slot < attributes.size(); ++slot) entries.push_back({attributes[slot].name, slot});
  names = border::NameTable(entries);
}

std::vector<border::ClaimPath> Binding::PathsOf(AttributeSource source) const {
  std::vector<border::ClaimPath> paths;
  for (const std::uint32_t slot : slots_of(source)) paths.push_back({attributes[slot].path, slot});
  return paths;
}

void Binding::BindTrees() {
  json = border::ClaimTree(PathsOf(AttributeSource::kJson));
  subject = border::ClaimTree(PathsOf(AttributeSource::kSubject));
  action = border::ClaimTree(PathsOf(AttributeSource::kAction));
  resource = border::ClaimTree(PathsOf(AttributeSource::kResource));
  context = border::ClaimTree(PathsOf(AttributeSource::kContext));
  std::vector<border::ClaimPath> claims = PathsOf(AttributeSource::kToken);
  for (const SubjectId& id : subject_ids) claims.push_back({kSubPath, id.token_sub});
  token = border::ClaimTree(claims);
}

const border::ClaimTree* Binding::tree_of(AttributeSource source) const {
  if (source == AttributeSource::kToken) return &token;
  if (source == AttributeSource::kSubject) return &subject;
  if (source == AttributeSource::kAction) return &action;
  if (source == AttributeSource::kResource) return &resource;
  if (source == AttributeSource::kContext) return &context;
  return nullptr;
}

std::uint32_t Binding::NameOf(std::string_view attribute) const {
  return names.Find(attribute).value_or(bytecode::kNone);
}

}  // namespace ward::engine

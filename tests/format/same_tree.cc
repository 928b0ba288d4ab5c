#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/source.h"
#include "diag/sink.h"
#include "format/same_meaning.h"
#include "syntax/dump.h"
#include "syntax/parse.h"

namespace ward::formatting {
namespace {

// One S-expression.
struct Node {
  std::string word;
  std::vector<Node> children;
  bool is_list = false;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Node Next() {
    SkipBlanks();
    if (At() != '(') return Node{Word(), {}, false};
    ++at_;
    Node node;
    node.is_list = true;
    for (SkipBlanks(); at_ < text_.size() && At() != ')'; SkipBlanks()) node.children.push_back(Next());
    ++at_;
    return node;
  }
  bool done() {
    SkipBlanks();
    return at_ >= text_.size();
  }

 private:
  [[nodiscard]] char At() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void SkipBlanks() {
    while (At() == ' ' || At() == '\n' || At() == '\t' || At() == '\r') ++at_;
  }
  std::string Word() {
    const std::size_t begin = at_;
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (quoted && c == '\\') {
        ++at_;
        continue;
      }
      if (c == '"') quoted = !quoted;
      if (!quoted && (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '(' || c == ')')) break;
    }
    if (at_ == begin) ++at_;  // a stray bracket, so that every call gets on
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string TextOf(const Node& node) {
  if (!node.is_list) return node.word;
  std::string text = "(";
  for (const Node& child : node.children) text += (text.size() > 1 ? " " : "") + TextOf(child);
  return text + ")";
}

std::string_view HeadOf(const Node& node) {
  if (!node.is_list || node.children.empty() || node.children.front().is_list) return {};
  return node.children.front().word;
}

void SortFrom(Node& node, std::size_t first) {
  if (node.children.size() <= first) return;
  std::sort(node.children.begin() + static_cast<std::ptrdiff_t>(first), node.children.end(),
            [](const Node& a, const Node& b) { return TextOf(a) < TextOf(b); });
}

// (not (is a b)) -> (is-not a b)
void PushNot(Node& node) {
  static const std::map<std::string_view, std::string_view> kOpposites = {
      {"is", "is-not"},         {"is-not", "is"},         {"in", "not-in"},       {"not-in", "in"},
      {"before", "not-before"}, {"not-before", "before"}, {"after", "not-after"}, {"not-after", "after"},
      {"present", "missing"},   {"missing", "present"}};
  Node* core = &node;
  bool negated = false;
  while (HeadOf(*core) == "not" && core->children.size() == 2) {
    core = &core->children[1];
    negated = !negated;
  }
  const auto found = kOpposites.find(HeadOf(*core));
  if (core == &node || found == kOpposites.end()) return;
  Node changed = std::move(*core);
  if (negated) changed.children.front().word = found->second;
  node = std::move(changed);
}

void Normalise(Node& node) {
  PushNot(node);
  for (Node& child : node.children) Normalise(child);
  const std::string_view head = HeadOf(node);
  for (const std::string_view name :
       {"use", "governs", "allow", "deny", "on", "for", "includes", "instead-of", "networks", "counts"}) {
    if (head == name) SortFrom(node, 1);
  }
  if (head == "group") SortFrom(node, 2);
  for (const std::string_view name : {"is", "is-not", "in", "not-in", "has-any-of", "has-all-of"}) {
    if (head == name && node.children.size() == 3 && HeadOf(node.children[2]) == "list") SortFrom(node.children[2], 1);
  }
}

}  // namespace

std::string NormalForm(std::string_view dump) {
  Reader reader(dump);
  std::string text;
  while (!reader.done()) {
    Node node = reader.Next();
    Normalise(node);
    text += TextOf(node) + "\n";
  }
  return text;
}

Reading Read(std::string text) {
  base::SourceMap sources;
  const base::FileId id = sources.Add("a.ward", std::move(text));
  diag::Sink sink;
  const auto file = syntax::Parse(sources, id, sink);
  Reading reading;
  reading.ok = !sink.has_errors();
  if (!reading.ok) return reading;
  reading.tree = NormalForm(syntax::Dump(*file, sources, {.comments = false}));
  // The dump with comments names them line by line, wherever they hang in the tree.
  const std::string dump = syntax::Dump(*file, sources, {.comments = true});
  for (std::size_t at = 0; at < dump.size();) {
    const std::size_t end = std::min(dump.find('\n', at), dump.size());
    std::string_view line = std::string_view(dump).substr(at, end - at);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.starts_with("; ")) reading.comments.emplace_back(line.substr(line.find('#')));
    at = end + 1;
  }
  std::sort(reading.comments.begin(), reading.comments.end());
  return reading;
}

}  // namespace ward::formatting

// Source: the groups of Oppen, "Prettyprinting", 1980, on a line that is held as a whole. Two sums over the pieces,
// made from right to left, answer every question of the printer in constant time: how wide is a group on one line, and
// how much follows it before the next place to break.
#include "format/layout.h"

#include "base/check.h"
#include "base/utf8.h"

namespace ward::format {
namespace {

// A comment ends its line, so that what holds one is never narrow enough. Far below overflow when added up.
constexpr std::size_t kNeverFits = 1'000'000'000;
// A group that starts further right than this hangs instead of being narrow.
constexpr std::size_t kHereColumnsMax = 64;
constexpr std::size_t kHangingInstead = 4;

}  // namespace

void Layout::Text(std::string_view text) {
  if (text.empty()) return;
  Item item;
  item.text = text;
  items_.push_back(std::move(item));
}

void Layout::Break() {
  Item item;
  item.kind = Kind::kBreak;
  items_.push_back(std::move(item));
}

void Layout::Open(Breaks breaks, std::size_t hanging) {
  Item item;
  item.kind = Kind::kOpen;
  item.breaks = breaks;
  item.hanging = hanging;
  open_.push_back(items_.size());
  items_.push_back(std::move(item));
}

void Layout::OpenHere(Breaks breaks) {
  Open(breaks, kHangingInstead);
  items_.back().here = true;
}

void Layout::Close() {
  WARD_CHECK(!open_.empty());
  items_[open_.back()].close = items_.size();
  open_.pop_back();
  Item item;
  item.kind = Kind::kClose;
  items_.push_back(std::move(item));
}

void Layout::Comment(std::string_view text, bool own_line) {
  Item item;
  item.kind = Kind::kComment;
  item.own_line = own_line;
  item.text = text;
  items_.push_back(std::move(item));
}

class LayoutPrinter {
 public:
  LayoutPrinter(const Layout& layout, std::size_t indent) : items_(layout.items_), base_(indent), line_(indent, ' ') {
    WARD_CHECK(layout.open_.empty());
    Measure();
  }
  std::vector<PhysicalLine> Run();

 private:
  using Kind = Layout::Kind;
  using Item = Layout::Item;
  struct Group {
    bool flat = false;
    Breaks breaks = Breaks::kFill;
    std::size_t indent = 0;
  };

  void Measure();
  void Open(std::size_t at);
  void Break(std::size_t at);
  void PutText(const Item& item);
  void PutComment(const Item& item);
  void NewLine();
  [[nodiscard]] std::size_t PartWidth(std::size_t from) const;
  [[nodiscard]] std::size_t Indent() const { return groups_.empty() ? base_ + kHangingInstead : groups_.back().indent; }

  const std::vector<Item>& items_;
  std::size_t base_;
  std::vector<std::size_t> ahead_;  // width of everything from here on, on one line
  std::vector<std::size_t> rest_;   // width from here to the next break
  std::vector<Group> groups_;
  std::vector<PhysicalLine> lines_;
  std::string line_;
  std::size_t column_ = 0;
  std::string comment_;      // of the line being written
  bool line_ended_ = false;  // by a comment
  bool fresh_ = true;        // nothing but the indent is on the line
};

void LayoutPrinter::Measure() {
  ahead_.assign(items_.size() + 1, 0);
  rest_.assign(items_.size() + 1, 0);
  for (std::size_t i = items_.size(); i-- > 0;) {
    const Item& item = items_[i];
    std::size_t width = 0;
    if (item.kind == Kind::kText) width = base::CountColumns(item.text);
    if (item.kind == Kind::kBreak) width = 1;
    const bool comment = item.kind == Kind::kComment;
    ahead_[i] = ahead_[i + 1] + (comment ? kNeverFits : width);
    rest_[i] = item.kind == Kind::kBreak || comment ? 0 : width + rest_[i + 1];
  }
}

void LayoutPrinter::NewLine() {
  if (!fresh_) line_.resize(line_.find_last_not_of(' ') + 1);
  lines_.push_back(PhysicalLine{std::move(line_), std::move(comment_)});
  line_.assign(Indent(), ' ');
  comment_.clear();
  column_ = Indent();
  line_ended_ = false;
  fresh_ = true;
}

// From here to the next break of the same group, and if there is none to the next one behind it.
std::size_t LayoutPrinter::PartWidth(std::size_t from) const {
  std::size_t at = from;
  while (at < items_.size() && items_[at].kind != Kind::kBreak && items_[at].kind != Kind::kClose) {
    at = items_[at].kind == Kind::kOpen ? items_[at].close + 1 : at + 1;
  }
  const bool last = at < items_.size() && items_[at].kind == Kind::kClose;
  return ahead_[from] - ahead_[at] + (last ? rest_[at] : 0);
}

void LayoutPrinter::Open(std::size_t at) {
  const Item& item = items_[at];
  const std::size_t width = ahead_[at] - ahead_[item.close] + rest_[item.close];
  Group group;
  group.flat = (!groups_.empty() && groups_.back().flat) || (!line_ended_ && column_ + width <= kWidthColumns);
  group.breaks = item.breaks;
  group.indent = item.here && column_ <= kHereColumnsMax ? column_ : base_ + item.hanging;
  groups_.push_back(group);
}

void LayoutPrinter::Break(std::size_t at) {
  if (line_ended_) return NewLine();
  bool stays = groups_.empty() || groups_.back().flat;
  if (!stays && groups_.back().breaks == Breaks::kFill) {
    // What fits on no line is begun here and breaks inside.
    const std::size_t part = PartWidth(at + 1);
    stays = column_ + 1 + (Indent() + part <= kWidthColumns ? part : rest_[at + 1]) <= kWidthColumns;
  }
  if (!stays) return NewLine();
  line_ += ' ';
  ++column_;
}

void LayoutPrinter::PutText(const Item& item) {
  if (line_ended_) NewLine();
  std::string_view text = item.text;
  if (fresh_ && !lines_.empty() && text.front() == ' ') text.remove_prefix(1);
  line_ += text;
  column_ += base::CountColumns(text);
  fresh_ = false;
}

void LayoutPrinter::PutComment(const Item& item) {
  if (line_ended_ || (item.own_line && !fresh_)) NewLine();
  comment_ = item.text;
  line_ended_ = true;
}

std::vector<PhysicalLine> LayoutPrinter::Run() {
  column_ = base_;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    switch (items_[i].kind) {
      case Kind::kText:
        PutText(items_[i]);
        break;
      case Kind::kBreak:
        Break(i);
        break;
      case Kind::kOpen:
        Open(i);
        break;
      case Kind::kClose:
        groups_.pop_back();
        break;
      case Kind::kComment:
        PutComment(items_[i]);
        break;
    }
  }
  NewLine();
  return std::move(lines_);
}

std::vector<PhysicalLine> Layout::Print(std::size_t indent) const { return LayoutPrinter(*this, indent).Run(); }

std::string Layout::Flat() const {
  std::string text;
  for (const Item& item : items_) {
    WARD_CHECK(item.kind != Kind::kComment);
    if (item.kind == Kind::kText) text += item.text;
    if (item.kind == Kind::kBreak) text += ' ';
  }
  return text;
}

}  // namespace ward::format

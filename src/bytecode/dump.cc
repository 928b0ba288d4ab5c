#include "bytecode/dump.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip_address.h"
#include "ward/schema.h"

namespace ward::bytecode {
namespace {

constexpr std::array<std::string_view, kValueTypeCount> kTypeNames = {
    "bool", "int", "string", "duration", "timestamp",   "clock",
    "size", "ip",  "cidr",   "enum",     "set of enum", "set of string"};
constexpr std::array<std::string_view, 6> kGroupNames = {"deny",        "allow",        "on",
                                                         "shadow deny", "shadow allow", "shadow on"};
constexpr std::array<std::string_view, 3> kRuleNames = {"allow", "deny", "on"};
constexpr std::array<std::string_view, 4> kSeverityNames = {"low", "medium", "high", "critical"};

// Appends line by line.
class Dumper {
 public:
  explicit Dumper(const Image& image) : image_(image) {}

  std::string Run() {
    Line("bundle {}", image_.name);
    Line("format {}, {} bytes, time zones {}", kFormatVersion, image_.size_bytes,
         image_.tz_version.empty() ? "none" : image_.tz_version);
    std::string digest;
    for (const std::uint8_t byte : image_.digest) fmt::format_to(std::back_inserter(digest), "{:02x}", byte);
    Line("sources {}", digest);
    for (std::string_view rest = image_.server; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      Line("server  {}", rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    DumpSlots();
    DumpCode();
    DumpIndex();
    DumpZones();
    DumpOperations();
    DumpTables();
    DumpTime();
    DumpRules();
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void Line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  template <typename... Args>
  void Section(fmt::format_string<Args...> format, Args&&... args) {
    text_ += '\n';
    Line(format, std::forward<Args>(args)...);
  }

  [[nodiscard]] static std::string Number(std::uint32_t number) {
    return number == kNone ? "-" : std::to_string(number);
  }

  [[nodiscard]] std::string TypeName(std::uint8_t type, std::uint32_t enumeration) const {
    if (type == kTruthType) return "truth";
    std::string name(kTypeNames[type]);
    if (enumeration != kNone) name += fmt::format(" {}", image_.TextOf(image_.enums[enumeration].name()));
    return name;
  }

  [[nodiscard]] std::string List(const Range& range, std::span<const std::uint32_t> of) const {
    return fmt::format("[{}]", fmt::join(Slice(of, range), " "));
  }

  [[nodiscard]] std::string Texts(const Range& range) const {
    std::vector<std::string_view> list;
    for (const Text& text : Slice(image_.texts, range)) list.push_back(image_.TextOf(text));
    return fmt::format("[{}]", fmt::join(list, ", "));
  }

  [[nodiscard]] std::string Where(const Place& place) const {
    if (place.file() == kNone) return "";
    return fmt::format("  {}:{}:{}", image_.TextOf(image_.files[place.file()]), place.line(), place.column());
  }

  [[nodiscard]] std::string ConstantText(std::uint32_t number) const {
    const Constant& constant = image_.constants[number];
    switch (static_cast<ValueType>(constant.type())) {
      case ValueType::kString:
        return fmt::format("\"{}\"", image_.TextOf({constant.payload().first(), constant.payload().count()}));
      case ValueType::kEnum: {
        const Enum& enumeration = image_.enums[constant.enumeration()];
        const auto index = static_cast<std::size_t>(constant.number());
        return std::string(image_.TextOf(Slice(image_.texts, enumeration.values())[index]));
      }
      case ValueType::kIp:
      case ValueType::kCidr: {
        const Prefix& prefix = image_.prefixes[constant.payload().first()];
        return base::Cidr{base::IpAddress::FromV6(prefix.high(), prefix.low()), static_cast<int>(prefix.length())}
            .ToString();
      }
      case ValueType::kEnumSet:
      case ValueType::kStringSet:
        return List(constant.payload(), image_.operands);
      case ValueType::kBool:
        return constant.number() == 0 ? "false" : "true";
      case ValueType::kInt:
      case ValueType::kDuration:
      case ValueType::kTimestamp:
      case ValueType::kClock:
      case ValueType::kSize:
        break;
    }
    return std::to_string(constant.number());
  }

  void DumpSlots() {
    Section("slots ({} inputs, {} computed)", image_.inputs.size(), image_.computed);
    for (std::size_t i = 0; i < image_.slots.size(); ++i) {
      const Slot& slot = image_.slots[i];
      const std::string name = i < image_.inputs.size() ? std::string(image_.TextOf(image_.inputs[i].name()))
                                                        : fmt::format("steps {}", List(slot.steps(), image_.steps));
      Line("  s{}  {}  ordinals {}  {}{}", i, TypeName(slot.type(), slot.enumeration()), slot.ordinals(), name,
           (slot.flags() & kSlotSecret) != 0 ? "  secret" : "");
    }
    for (std::size_t i = 0; i < image_.parameters.size(); ++i) {
      const Parameter& parameter = image_.parameters[i];
      Line("  p{}  {}  {} = {}", i, TypeName(parameter.type(), parameter.enumeration()),
           image_.TextOf(parameter.name()), ConstantText(parameter.value()));
    }
  }

  [[nodiscard]] std::string OperandText(Operand kind, std::uint32_t operand, const Instruction& instruction) const {
    const Range list(operand, instruction.b());
    switch (kind) {
      case Operand::kNone:
      case Operand::kCount:
        return "";
      case Operand::kSlot:
        return fmt::format(" s{}", operand);
      case Operand::kConstant:
        return " " + ConstantText(operand);
      case Operand::kParameter:
        return fmt::format(" p{}", operand);
      case Operand::kTable:
        return fmt::format(" {}", image_.TextOf(image_.tables[operand].name()));
      case Operand::kColumn: {
        const Table& table = image_.tables[instruction.a()];
        return fmt::format(" .{}", image_.TextOf(image_.columns[table.columns().first() + operand].name()));
      }
      case Operand::kKeys:
        return fmt::format(" keys {}", List(Range(operand, image_.tables[instruction.a()].keys()), image_.operands));
      case Operand::kSchedule:
        return fmt::format(" {}", image_.TextOf(image_.schedules[operand].name()));
      case Operand::kPrefixSet:
        return fmt::format(" prefixes {}", operand);
      case Operand::kOperations:
        return fmt::format(" operations {}", operand);
      case Operand::kOrdinal:
        return fmt::format(" member {}", operand);
      case Operand::kTruthValue:
        return fmt::format(" {}", operand == 0 ? "doubt" : operand == 1 ? "false" : "true");
      case Operand::kOrdinals:
        return fmt::format(" ordinals {}", List(list, image_.operands));
      case Operand::kZones:
        return fmt::format(" zones {}", List(list, image_.operands));
      case Operand::kConstants: {
        std::string text = " [";
        for (const std::uint32_t constant : Slice(image_.operands, list)) text += ConstantText(constant) + " ";
        return text + "]";
      }
      case Operand::kTruths: {
        std::string text;
        for (const std::uint32_t truth : Slice(image_.operands, list)) {
          text += fmt::format(" {}s{}", (truth & kNegatedBit) != 0 ? "not " : "", truth / 2);
        }
        return text;
      }
    }
    return "";
  }

  void DumpCode() {
    Section("code ({} instructions)", image_.code.size());
    for (std::size_t i = 0; i < image_.code.size(); ++i) {
      const Instruction& instruction = image_.code[i];
      const OpInfo& info = AllOps()[instruction.op()];
      const std::string target = i < image_.computed ? fmt::format("s{} =", image_.inputs.size() + i) : "test";
      Line("  {}  {} {}{}{}{}", i, target, info.name.substr(1), OperandText(info.a, instruction.a(), instruction),
           OperandText(info.b, instruction.b(), instruction), OperandText(info.c, instruction.c(), instruction));
    }
  }

  [[nodiscard]] static std::string ChildText(const Child& child) {
    if (child.node() == kNoNode) return "-";
    const char* kind = IsLeaf(child.node()) ? "leaf" : "branch";
    return fmt::format("{} {} rules +{} words {}", kind, NodeNumber(child.node()), child.rules(), child.words());
  }

  [[nodiscard]] static std::string BoundText(const Bound& bound) {
    return fmt::format("{} nodes, {} words, {} instructions, stack {}, matches {}", bound.visits(), bound.words(),
                       bound.steps(), bound.stack(), bound.matches());
  }

  void DumpIndex() {
    static constexpr std::array<std::string_view, 4> kModes = {"dense", "sparse", "interval", "member"};
    Section("index ({} groups, {} programs, {} branches, {} leaves, {} words, {} rule references)",
            image_.groups.size(), image_.programs.size(), image_.branches.size(), image_.leaves.size(),
            image_.words.size(), image_.rule_refs.size());
    for (std::size_t i = 0; i < image_.groups.size(); ++i) {
      const Group& group = image_.groups[i];
      Line("  group {}  {}{}  {}  ({})", i, kGroupNames[group.kind()], group.tells() != 0 ? ", tells" : "",
           ChildText(group.root()), BoundText(group.bound()));
    }
    for (std::size_t i = 0; i < image_.programs.size(); ++i) {
      Line("  program {}  groups {}", i, List(image_.programs[i].groups(), image_.program_groups));
    }
    for (std::size_t i = 0; i < image_.branches.size(); ++i) {
      const Branch& branch = image_.branches[i];
      const bool split = static_cast<BranchKind>(branch.kind()) == BranchKind::kSplit;
      Line("  branch {}  {}  {} children{}  rest {}  doubt {}", i,
           split ? fmt::format("split s{}", branch.slot()) : "list", branch.children().count(),
           branch.keys().count() != 0 ? ", sparse" : "", ChildText(branch.rest()), ChildText(branch.doubt()));
    }
    for (std::size_t i = 0; i < image_.leaves.size(); ++i) {
      const Leaf& leaf = image_.leaves[i];
      Line("  leaf {}  terms {:#x}  certain {:#x}", i, leaf.all(), leaf.certain());
      for (const Row& row : Slice(image_.rows, leaf.rows())) {
        Line("    s{}  {}  {} classes", row.slot(), kModes[row.mode()], row.classes());
      }
    }
  }

  void DumpZones() {
    Section("zones");
    for (std::size_t i = 0; i < image_.zones.size(); ++i) {
      const Zone& zone = image_.zones[i];
      Line("  {}  {}{}{}{}", i, image_.TextOf(zone.name()),
           (zone.flags() & kZoneEverythingElse) != 0 ? "  everything else" : "",
           zone.when() == kNone ? "" : fmt::format("  when s{}", zone.when()), Where(zone.place()));
    }
    for (std::size_t i = 0; i < image_.chains.size(); ++i) {
      const Chain& chain = image_.chains[i];
      Line("  chain {}  zones {}  {} conditional", i, List(chain.zones(), image_.chain_zones), chain.conditional());
    }
    for (std::size_t i = 0; i < image_.zone_states.size(); ++i) {
      const ZoneState& state = image_.zone_states[i];
      Line("  state {}  zone {}  candidates {}  column {}{}{}", i, Number(state.zone()),
           List(state.candidates(), image_.state_zones), state.column(),
           i == image_.nothing_matches ? "  nothing matches" : "", i == image_.no_address ? "  no address" : "");
    }
  }

  void DumpOperations() {
    Section("operations");
    for (std::size_t i = 0; i < image_.operations.size(); ++i) {
      const Operation& operation = image_.operations[i];
      std::string how;
      if (operation.method().size() != 0) {
        how = fmt::format("  {} {}", image_.TextOf(operation.method()), image_.TextOf(operation.route()));
      }
      if (operation.action().size() != 0) {
        how += fmt::format("  action \"{}\" on \"{}\"", image_.TextOf(operation.action()),
                           image_.TextOf(operation.resource_type()));
      }
      std::string programs;
      for (std::uint32_t column = 0; column < image_.state_columns; ++column) {
        programs +=
            fmt::format(" {}", image_.operation_rows[std::size_t{operation.row()} * image_.state_columns + column]);
      }
      Line("  {}  {}{}{}  programs{}{}", i, image_.TextOf(operation.name()), how,
           (operation.flags() & kOperationAnonymous) != 0 ? "  anonymous" : "", programs, Where(operation.place()));
    }
  }

  void DumpTables() {
    Section("tables");
    for (const Table& table : image_.tables) {
      Line("  {}{}{}  {} keys  {} rows", image_.TextOf(table.name()), (table.flags() & kTableLive) != 0 ? "  live" : "",
           (table.flags() & kTableTree) != 0 ? "  tree" : "", table.keys(), table.rows());
      const std::span<const Column> columns = Slice(image_.columns, table.columns());
      for (const Column& column : columns) {
        Line("    {}  {}", image_.TextOf(column.name()), TypeName(column.type(), column.enumeration()));
      }
      for (std::size_t row = 0; row < table.rows(); ++row) {
        std::string cells;
        for (std::size_t c = 0; c < columns.size(); ++c) {
          const std::uint32_t cell = image_.cells[table.cells() + row * columns.size() + c];
          cells += fmt::format(" {} |", cell == kNone ? "" : ConstantText(cell));
        }
        Line("    |{}", cells);
      }
    }
  }

  void DumpTime() {
    if (image_.schedules.empty()) return;
    Section("schedules");
    for (const Schedule& schedule : image_.schedules) {
      const TimeZone& zone = image_.timezones[schedule.timezone()];
      Line("  {}  in {} ({} changes)", image_.TextOf(schedule.name()), image_.TextOf(zone.name()),
           zone.transitions().count());
      for (const ScheduleSpan& span : Slice(image_.schedule_spans, schedule.spans())) {
        Line("    days {} to {}  {} s to {} s", span.first_day(), span.last_day(), span.from_second(),
             span.to_second());
      }
    }
  }

  [[nodiscard]] std::string FormulaText(const Range& formula) const {
    std::string text;
    for (const std::uint32_t word : Slice(image_.formula_steps, formula)) {
      const FormulaStep step = UnpackFormulaStep(word);
      switch (step.op) {
        case FormulaOp::kTrue:
          text += " true";
          break;
        case FormulaOp::kFalse:
          text += " false";
          break;
        case FormulaOp::kTest:
          text += fmt::format(" {}t{}", image_.tests[step.number].negated() != 0 ? "not-" : "", step.number);
          break;
        case FormulaOp::kAnd:
          text += fmt::format(" and/{}", step.number);
          break;
        case FormulaOp::kOr:
          text += fmt::format(" or/{}", step.number);
          break;
        case FormulaOp::kWaivedTrue:
          text += fmt::format(" t{}=true", step.number);
          break;
        case FormulaOp::kWaivedFalse:
          text += fmt::format(" t{}=false", step.number);
          break;
      }
    }
    return text;
  }

  void DumpRules() {
    Section("rules (by rank)");
    for (std::size_t i = 0; i < image_.rules.size(); ++i) {
      const Rule& rule = image_.rules[i];
      Line("  {}  {}  {}{} {}  status {}  operations {}  zone {}  reply {}{}", i, image_.TextOf(rule.name()),
           rule.shadow() != 0 ? "shadow " : "", kRuleNames[static_cast<std::size_t>(rule.kind())],
           kSeverityNames[static_cast<std::size_t>(rule.severity())], rule.status(), rule.operations(),
           Number(rule.zone()), rule.reply(), Where(rule.place()));
      Line("     {}", FormulaText(rule.formula()));
    }
    Section("tests");
    for (std::size_t i = 0; i < image_.tests.size(); ++i) {
      const Test& test = image_.tests[i];
      Line("  t{}  instruction {}  {}{}", i, test.instruction(), image_.TextOf(test.text()), Where(test.place()));
    }
    Section("replies");
    for (std::size_t i = 0; i < image_.replies.size(); ++i) DumpReply(i);
  }

  void DumpReply(std::size_t number) {
    const Reply& reply = image_.replies[number];
    std::string because;
    for (const Piece& piece : Slice(image_.pieces, reply.because())) {
      because +=
          piece.slot() == kNone ? std::string(image_.TextOf(piece.text())) : fmt::format("{{s{}}}", piece.slot());
    }
    std::string set;
    for (const HeaderSet& header : Slice(image_.header_sets, reply.set())) {
      set += fmt::format(" {}=s{}", image_.TextOf(header.name()), header.slot());
    }
    Line("  {}  because \"{}\"  acr {} max age {} scopes {}  set [{}]  strip {}  tags {}  audit {}", number, because,
         Texts(reply.acr()), reply.max_age_seconds(), Texts(reply.scopes()), set, Texts(reply.strip()),
         Texts(reply.tags()), static_cast<int>(reply.audit()));
  }

  const Image& image_;
  std::string text_;
};

}  // namespace

std::string Dump(const Image& image) { return Dumper(image).Run(); }

}  // namespace ward::bytecode

// The schema that all random programs share, and their tables, operations and zones.
#include "differential/random_program.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/check.h"

namespace ward::differential {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kSecondsMax = INT64_MAX / kSecond;
constexpr std::int64_t kNewYear2026 = 1'767'225'600;  // a Thursday, 00:00 UTC

using ir::Column;
using ir::ConstantId;
using ir::EnumId;
using ir::InputId;
using ir::PathSegment;
using ir::ZoneId;

Column Key(std::string name, ValueType type, EnumId enumeration = EnumId::kNone) {
  return {std::move(name), type, enumeration, 256, true};
}

Column Plain(std::string name, ValueType type, EnumId enumeration = EnumId::kNone) {
  return {std::move(name), type, enumeration, 256, false};
}

Pools MakePools() {
  Pools pools;
  pools.texts = {"ann",
                 "bob",
                 "carol",
                 "acme",
                 "acme-eu",
                 "t-1",
                 "t-2",
                 "",
                 "CN=Mesh CA",
                 "CN=Mesh CA 2",
                 "a-name-of-more-than-sixteen-bytes",
                 "a-name-of-more-than-sixteen-byteS",
                 "0123456789abcdef",
                 "0123456789abcdefg",
                 "a",
                 "acme-acme",
                 std::string(256, 'x')};  // the longest that an attribute takes
  pools.ints = {-5, 0, 1, 2, 7, 10, 42, 100, 1'000'000, INT64_MAX, INT64_MIN};
  // The last of both are the ends of what 64 bits of nanoseconds hold: sums reach and pass them.
  pools.durations_ns = {0,
                        kSecond,
                        60 * kSecond,
                        300 * kSecond,
                        900 * kSecond,
                        3600 * kSecond,
                        86'400 * kSecond,
                        -kSecond,
                        (kSecondsMax - 1) * kSecond,
                        -kSecondsMax * kSecond};
  // 2089 and 7129: European clocks change. Lord Howe's do at 2198.5 and 6566.
  for (const std::int64_t hours : {0, 7, 9, 12, 18, 22, 23, 57, 81, 105, 2089, 2198, 4000, 6566, 7129}) {
    pools.timestamps_ns.push_back((kNewYear2026 + hours * 3600) * kSecond);
  }
  for (const std::int64_t seconds : {kNewYear2026 + 2089 * 3600 - 1, kNewYear2026 + 7129 * 3600 - 1, std::int64_t{0},
                                     std::int64_t{-1}, kSecondsMax - 2, -kSecondsMax}) {
    pools.timestamps_ns.push_back(seconds * kSecond);
  }
  pools.clocks = {0, 6 * 3600, 8 * 3600, 12 * 3600, 18 * 3600, 86'399};
  pools.sizes = {0, 1, 1024, 65'536, 1'000'000};
  pools.addresses = {"10.0.0.1",          "10.1.0.1",    "10.1.2.3",
                     "192.0.2.7",         "203.0.113.9", "2001:db8::1",
                     "2001:db8:1::5",     "fd00::1",     "2001:db9::1",
                     "10.255.255.255",    "0.0.0.0",     "128.0.0.0",
                     "255.255.255.255",   "2001:db8::",  "2001:db8::2",
                     "2001:db8::1:0:0:1", "::",          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
  pools.prefixes = {"10.0.0.0/8",         "10.1.0.0/16",   "10.1.2.0/24",     "10.1.2.3/32",    "192.0.2.0/24",
                    "0.0.0.0/0",          "2001:db8::/32", "2001:db8:1::/48", "fd00::/8",       "128.0.0.0/1",
                    "255.255.255.255/32", "::/0",          "2001:db8::/64",   "2001:db8::/127", "2001:db8::1/128"};
  pools.paths = {"/", "/a", "/a/b", "/a/*", "/a/**", "/*/b", "/orders", "/orders/**", "/a/b/c", "/**", "/*/**", "/*"};
  pools.nodes = {"n0", "n1", "n2", "n3", "n4", "n5", "n6"};
  return pools;
}

}  // namespace

const Pools& ThePools() {
  static const Pools pools = MakePools();
  return pools;
}

RandomProgram::RandomProgram(std::uint64_t seed, ProgramShape shape) : dice_(seed), shape_(shape) {
  builder_.program().name = "random-" + std::to_string(seed);
  AddOperations();
  AddSchema();
  AddTables();
  AddParameters();
  AddSchedules();
  AddZones();
  AddRules();
  program_ = std::move(builder_).Finish();
}

EnumId RandomProgram::AddEnum(std::string name, std::vector<std::string> values, bool ordered) {
  std::vector<ir::Enum>& enums = builder_.program().enums;
  enums.push_back({std::move(name), ordered, std::move(values)});
  return EnumId::FromIndex(enums.size() - 1);
}

void RandomProgram::AddInput(std::string name, AttributeSource source, std::vector<std::string> path, ValueType type,
                             EnumId enumeration) {
  ir::Input input;
  input.name = std::move(name);
  input.source = source;
  input.path = std::move(path);
  input.type = type;
  input.enumeration = enumeration;
  builder_.program().inputs.push_back(std::move(input));
}

void RandomProgram::AddSchema() {
  scope_enum_ = AddEnum("scope", {"orders:read", "orders:write", "orders:export", "payments:write", "admin"}, false);
  role_enum_ = AddEnum("role", {"viewer", "editor", "approver", "admin"}, false);
  level_enum_ = AddEnum("level", {"none", "password", "mfa", "hardware"}, true);
  // More values than one word has bits.
  std::vector<std::string> wide;
  for (std::size_t i = 0; i < 70; ++i) wide.push_back("value-" + std::to_string(i));
  wide_enum_ = AddEnum("wide", std::move(wide), false);
  kind_enum_ = AddEnum("kind", {"public", "confidential", "internal"}, false);
  // An enum has a value, also where there is no zone.
  zone_count_ = dice_.Below(6);
  std::vector<std::string> zone_names = {"zone-0"};
  for (std::size_t i = 1; i < zone_count_; ++i) zone_names.push_back("zone-" + std::to_string(i));
  zone_enum_ = AddEnum("zone", zone_names, false);
  credential_enum_ = AddEnum("credential", {"absent", "invalid", "valid"}, false);

  using Source = AttributeSource;
  using Type = ValueType;
  AddInput("token.sub", Source::kToken, {"sub"}, Type::kString);
  AddInput("token.azp", Source::kToken, {"azp"}, Type::kString);
  AddInput("token.tenant", Source::kToken, {"tenant"}, Type::kString);
  AddInput("token.scopes", Source::kToken, {"scope"}, Type::kEnumSet, scope_enum_);
  AddInput("token.roles", Source::kToken, {"roles"}, Type::kEnumSet, role_enum_);
  AddInput("token.level", Source::kToken, {"acr"}, Type::kEnum, level_enum_);
  AddInput("token.kind", Source::kToken, {"kind"}, Type::kEnum, kind_enum_);
  AddInput("token.age", Source::kToken, {"age"}, Type::kDuration);
  AddInput("token.groups", Source::kToken, {"groups"}, Type::kStringSet);
  AddInput("token.count", Source::kToken, {"count"}, Type::kInt);
  AddInput("token.flag", Source::kToken, {"flag"}, Type::kBool);
  AddInput("token.until", Source::kToken, {"until"}, Type::kTimestamp);
  AddInput("subject.department", Source::kSubject, {"department"}, Type::kString);
  AddInput("context.owner", Source::kContext, {"owner"}, Type::kString);
  AddInput("context.team", Source::kContext, {"team"}, Type::kString);
  AddInput("context.amount", Source::kContext, {"amount"}, Type::kInt);
  AddInput("context.wants", Source::kContext, {"wants"}, Type::kEnumSet, scope_enum_);
  AddInput("context.want", Source::kContext, {"want"}, Type::kEnum, scope_enum_);
  AddInput("context.level", Source::kContext, {"level"}, Type::kEnum, level_enum_);
  AddInput("context.kind", Source::kContext, {"kind"}, Type::kEnum, kind_enum_);
  AddInput("context.teams", Source::kContext, {"teams"}, Type::kStringSet);
  AddInput("context.place", Source::kContext, {"place"}, Type::kIp);
  AddInput("context.size", Source::kContext, {"size"}, Type::kSize);
  AddInput("context.clock", Source::kContext, {"clock"}, Type::kClock);
  AddInput("context.home", Source::kContext, {"home"}, Type::kEnum, zone_enum_);
  AddInput("context.flag", Source::kContext, {"flag"}, Type::kBool);
  AddInput("connection.client-cert.issuer", Source::kClientCert, {"issuer"}, Type::kString);
  AddInput("source.ip", Source::kSourceIp, {}, Type::kIp);
  AddInput("source.peer", Source::kSourcePeer, {}, Type::kIp);
  AddInput("credential", Source::kCredential, {}, Type::kEnum, credential_enum_);
  AddInput("now", Source::kNow, {}, Type::kTimestamp);
  AddInput("path", Source::kPath, {}, Type::kString);
  AddInput("path.order", Source::kPathParameter, {"order"}, Type::kInt);
  AddInput("path.name", Source::kPathParameter, {"name"}, Type::kString);
  AddInput("context.wide", Source::kContext, {"wide"}, Type::kEnumSet, wide_enum_);
  AddInput("context.one", Source::kContext, {"one"}, Type::kEnum, wide_enum_);
  AddInput("context.net", Source::kContext, {"net"}, Type::kCidr);
  AddInput("context.span", Source::kContext, {"span"}, Type::kDuration);

  // Which parameter of a route fills which input.
  for (ir::Operation& operation : builder_.program().operations) {
    for (const PathSegment& segment : operation.route) {
      if (segment.kind != PathSegment::Kind::kParameter) continue;
      const std::vector<ir::Input>& inputs = builder_.program().inputs;
      const std::string name = "path." + segment.text;
      const auto input = std::find_if(inputs.begin(), inputs.end(), [&](const ir::Input& i) { return i.name == name; });
      operation.parameters.push_back(InputId::FromIndex(static_cast<std::size_t>(input - inputs.begin())));
    }
  }
}

void RandomProgram::AddTables() {
  using Type = ValueType;
  std::vector<ir::Table>& tables = builder_.program().tables;
  const auto add = [&](std::string name, bool live, std::vector<Column> columns) {
    ir::Table table;
    table.name = "data." + std::move(name);
    table.live = live;
    table.columns = std::move(columns);
    tables.push_back(std::move(table));
  };
  add("clients", true,
      {Key("id", Type::kString), Plain("kind", Type::kEnum, kind_enum_), Plain("level", Type::kEnum, level_enum_),
       Plain("age", Type::kDuration), Plain("tenant", Type::kString), Plain("scopes", Type::kEnumSet, scope_enum_),
       Plain("count", Type::kInt)});
  add("plans", dice_.Percent(30),
      {Key("level", Type::kEnum, level_enum_), Plain("pace", Type::kInt), Plain("label", Type::kString),
       Plain("size", Type::kSize), Plain("open", Type::kBool), Plain("opens", Type::kClock)});
  add("teams", dice_.Percent(50),
      {Key("id", Type::kString), Plain("parents", Type::kStringSet), Plain("owner", Type::kString)});
  tables.back().tree = true;
  add("geo", dice_.Percent(30), {Key("net", Type::kCidr), Plain("country", Type::kString), Plain("risk", Type::kInt)});
  add("pairs", dice_.Percent(50),
      {Key("tenant", Type::kString), Key("kind", Type::kEnum, kind_enum_), Plain("limit", Type::kInt),
       Plain("until", Type::kTimestamp), Plain("owner", Type::kString)});
  add("revoked", dice_.Percent(80), {Key("sub", Type::kString)});
  add("desks", dice_.Percent(50),
      {Key("number", Type::kInt), Key("place", Type::kIp), Plain("wide", Type::kEnumSet, wide_enum_),
       Plain("net", Type::kCidr), Plain("home", Type::kIp), Plain("groups", Type::kStringSet)});
  AddStaticRows();
}

// Rows of one table with distinct keys; of a tree, parents come from earlier nodes, so there is no
// cycle.
static std::vector<std::vector<ir::MaybeDatum>> RandomRows(Dice& dice, const ir::Program& program,
                                                           const ir::Table& table) {
  const Pools& pools = ThePools();
  std::vector<std::vector<ir::MaybeDatum>> rows;
  const std::size_t count = dice.Below(8);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<ir::MaybeDatum> row;
    for (const Column& column : table.columns) {
      if (!column.key && dice.Percent(15)) {
        row.emplace_back();
        continue;
      }
      row.emplace_back(RandomDatum(dice, program, column.type, column.enumeration));
      row.back()->dropped = false;
    }
    if (table.tree) {
      if (i >= pools.nodes.size()) break;
      row[0] = ir::TextDatum(pools.nodes[i]);
      if (row[1]) row[1]->texts.clear();
      for (std::size_t parent = 0; row[1] && parent < i; ++parent) {
        if (dice.Percent(30)) row[1]->texts.insert(pools.nodes[parent]);
      }
      // Nobody's row: it has no ancestors, and is one.
      if (row[1] && dice.Percent(20)) row[1]->texts.insert("ann");
    }
    const bool known = std::any_of(rows.begin(), rows.end(), [&](const std::vector<ir::MaybeDatum>& other) {
      for (std::size_t k = 0; k < table.columns.size() && table.columns[k].key; ++k) {
        if (!(other[k] == row[k])) return false;
      }
      return true;
    });
    if (!known) rows.push_back(std::move(row));
  }
  // A parent may stand below its children.
  for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[dice.Below(i)]);
  return rows;
}

void RandomProgram::AddStaticRows() {
  ir::Program& program = builder_.program();
  const auto constant = [&](const ir::Datum& datum, EnumId enumeration) {
    ir::Constant lowered;
    lowered.type = datum.type;
    lowered.number = datum.number;
    lowered.text = datum.text;
    lowered.enumeration = enumeration;
    lowered.cidr = datum.cidr;
    for (const std::int64_t member : datum.members) {
      lowered.items.push_back(builder_.AddNumber(ValueType::kEnum, member, enumeration));
    }
    for (const std::string& text : datum.texts) lowered.items.push_back(builder_.AddText(text));
    return builder_.Add(std::move(lowered));
  };
  for (ir::Table& table : program.tables) {
    if (table.live) continue;
    for (const std::vector<ir::MaybeDatum>& row : RandomRows(dice_, program, table)) {
      std::vector<ConstantId> cells;
      for (std::size_t i = 0; i < row.size(); ++i) {
        cells.push_back(row[i] ? constant(*row[i], table.columns[i].enumeration) : ConstantId::kNone);
      }
      table.rows.push_back(std::move(cells));
    }
  }
}

ir::OracleWorld RandomProgram::RandomWorld(Dice& dice) const {
  ir::OracleWorld world = ir::MakeOracleWorld(program_);
  for (std::size_t i = 0; i < program_.tables.size(); ++i) {
    if (!program_.tables[i].live || dice.Percent(15)) continue;
    world.tables[i].loaded = true;
    world.tables[i].rows = RandomRows(dice, program_, program_.tables[i]);
  }
  return world;
}

void RandomProgram::AddParameters() {
  const auto add = [&](std::string name, ValueType type, EnumId enumeration) {
    const ConstantId value = RandomConstant(type, enumeration);
    builder_.program().parameters.push_back({"settings." + std::move(name), type, enumeration, value});
  };
  add("age-max", ValueType::kDuration, EnumId::kNone);
  add("amount-max", ValueType::kInt, EnumId::kNone);
  add("maintenance", ValueType::kBool, EnumId::kNone);
  add("level-min", ValueType::kEnum, level_enum_);
  add("home", ValueType::kString, EnumId::kNone);
}

void RandomProgram::AddSchedules() {
  const std::vector<std::int32_t> clocks = {0, 2 * 3600, 3 * 3600, 6 * 3600, 8 * 3600, 18 * 3600, 22 * 3600, 86'400};
  // One beside UTC, because the oracle's clock changes its zone slowly.
  const std::vector<std::string> timezones = {"Europe/Paris", "Australia/Lord_Howe", "America/St_Johns"};
  const std::string timezone = dice_.Pick(timezones);
  for (std::size_t i = 0; i < 2; ++i) {
    ir::Schedule schedule;
    schedule.name = "settings.schedule-" + std::to_string(i);
    schedule.timezone = dice_.Percent(40) ? "UTC" : timezone;
    const std::size_t spans = dice_.Between(1, 2);
    for (std::size_t k = 0; k < spans; ++k) {
      ir::ScheduleSpan span;
      span.first_day = static_cast<std::uint8_t>(dice_.Below(7));
      span.last_day = static_cast<std::uint8_t>(dice_.Below(7));
      span.from_second = clocks[dice_.Below(clocks.size() - 1)];
      span.to_second = clocks[1 + dice_.Below(clocks.size() - 1)];
      schedule.spans.push_back(span);
    }
    builder_.program().schedules.push_back(std::move(schedule));
  }
}

// Segments of a route; a parameter's name is used once.
void RandomProgram::AddRoute(ir::Operation& operation) {
  const std::vector<std::string> literals = {"a", "b", "c", "orders"};
  bool order = false;
  bool name = false;
  const std::size_t length = dice_.Below(4);
  for (std::size_t i = 0; i < length; ++i) {
    PathSegment segment;
    const std::size_t choice = dice_.Below(10);
    if (choice == 9 && i + 1 == length && i > 0) {
      segment.kind = PathSegment::Kind::kRest;
    } else if (choice == 8) {
      segment.kind = PathSegment::Kind::kOne;
    } else if (choice >= 6 && !order) {
      order = true;
      segment.kind = PathSegment::Kind::kParameter;
      segment.text = "order";
      segment.type = ValueType::kInt;
    } else if (choice >= 5 && !name) {
      name = true;
      segment.kind = PathSegment::Kind::kParameter;
      segment.text = "name";
    } else {
      segment.text = dice_.Pick(literals);
    }
    operation.route.push_back(std::move(segment));
  }
}

void RandomProgram::AddOperations() {
  struct Api {
    std::string name;
    std::vector<std::string> hosts;
  };
  std::vector<Api> apis = {{"any", {}}};
  if (dice_.Percent(70)) apis = {{"first", {"a.example.com"}}, {"second", {"b.example.com", "*.b.example.com"}}};
  const std::vector<std::string> methods = {"GET", "POST", "DELETE"};
  std::set<std::string> shapes;
  std::vector<ir::Operation>& operations = builder_.program().operations;
  const std::size_t count = dice_.Between(2, 9);
  for (std::size_t i = 0; i < count; ++i) {
    ir::Operation operation;
    const Api& api = dice_.Pick(apis);
    operation.name = "apis." + api.name + ".operation-" + std::to_string(i);
    operation.api = api.name;
    operation.hosts = api.hosts;
    operation.method = dice_.Pick(methods);
    operation.anonymous = dice_.Percent(25);
    AddRoute(operation);
    // Two routes that match the same paths are an error of the policy.
    std::string shape = operation.api + operation.method;
    for (const PathSegment& segment : operation.route) {
      shape += '/' + std::to_string(static_cast<int>(segment.kind));
      shape +=
          segment.kind == PathSegment::Kind::kParameter ? (segment.type == ValueType::kInt ? "i" : "s") : segment.text;
    }
    if (!shapes.insert(shape).second) continue;
    operations.push_back(std::move(operation));
  }
}

void RandomProgram::AddZones() {
  ir::Program& program = builder_.program();
  const std::size_t count = zone_count_;
  if (count == 0) return;
  for (std::size_t i = 0; i < count; ++i) {
    ir::Zone zone;
    zone.name = program.enums[zone_enum_.index()].values[i];
    if (dice_.Percent(40)) zone.when = ZoneCondition();
    program.zones.push_back(std::move(zone));
  }
  if (dice_.Percent(70)) program.zones[dice_.Below(count)].everything_else = true;
  for (const std::string& text : ThePools().prefixes) {
    if (dice_.Percent(25)) continue;
    program.zone_prefixes.push_back({base::ParseCidr(text)->cidr, PickId<ZoneId>(program.zones)});
  }
}

ir::Datum RandomDatum(Dice& dice, const ir::Program& program, ValueType type, EnumId enumeration) {
  const Pools& pools = ThePools();
  ir::Datum datum;
  datum.type = type;
  switch (type) {
    case ValueType::kBool:
      datum.number = dice.Percent(50) ? 1 : 0;
      break;
    case ValueType::kInt:
      datum.number = dice.Percent(80) ? dice.Pick(pools.ints) : static_cast<std::int64_t>(dice.Below(50)) - 10;
      break;
    case ValueType::kString:
      datum.text = dice.Percent(20) ? dice.Pick(pools.nodes) : dice.Pick(pools.texts);
      if (dice.Percent(10)) datum.text = "other-" + std::to_string(dice.Below(3));
      break;
    case ValueType::kDuration:
      datum.number = dice.Pick(pools.durations_ns) + (dice.Percent(30) ? kSecond : 0);
      break;
    case ValueType::kTimestamp:
      datum.number = dice.Pick(pools.timestamps_ns) + static_cast<std::int64_t>(dice.Below(3)) * kSecond;
      break;
    case ValueType::kClock:
      datum.number = dice.Pick(pools.clocks);
      break;
    case ValueType::kSize:
      datum.number = dice.Pick(pools.sizes);
      break;
    case ValueType::kIp:
      return ir::IpDatum(*base::IpAddress::Parse(dice.Pick(pools.addresses)));
    case ValueType::kCidr:
      datum.cidr = base::ParseCidr(dice.Pick(pools.prefixes))->cidr;
      break;
    case ValueType::kEnum:
      datum.number = static_cast<std::int64_t>(dice.Below(program.enums[enumeration.index()].values.size()));
      break;
    case ValueType::kEnumSet: {
      const std::size_t chance = dice.Below(80);
      for (std::size_t i = 0; i < program.enums[enumeration.index()].values.size(); ++i) {
        if (dice.Percent(chance)) datum.members.insert(static_cast<std::int64_t>(i));
      }
      datum.dropped = dice.Percent(15);
      break;
    }
    case ValueType::kStringSet:
      for (std::size_t i = dice.Below(4); i > 0; --i) {
        datum.texts.insert(dice.Percent(50) ? dice.Pick(pools.nodes) : dice.Pick(pools.texts));
      }
      // A set in a cell is one text split by blanks.
      for (const char* text : {"", "CN=Mesh CA", "CN=Mesh CA 2"}) datum.texts.erase(text);
      break;
  }
  return datum;
}

}  // namespace ward::differential

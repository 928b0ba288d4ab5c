// Tables answer by key what was put into them, and refuse what is not of their schema.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "data/constants.h"
#include "data/table.h"
#include "image_builder.h"

namespace ward::data {
namespace {

using border::Cell;
using test::ImageBuilder;

std::vector<TextRow> Rows(const std::vector<std::vector<std::string>>& rows) { return {rows.begin(), rows.end()}; }

std::optional<std::uint32_t> Find(const Table& table, std::vector<Cell> key) { return table.Find(key); }

TEST(ConstantsTest, SetsAndAddressesBecomeCells) {
  ImageBuilder builder;
  const std::uint32_t a = builder.String("a");
  const std::uint32_t b = builder.String("b");
  const std::uint32_t texts = builder.Set(ValueType::kStringSet, {a, b});
  const std::uint32_t values = builder.Set(ValueType::kEnumSet, {0, 3});
  const std::uint32_t net = builder.Cidr("10.0.0.0/8");
  const std::uint32_t number = builder.Number(ValueType::kInt, -7);
  const bytecode::Image image = builder.image();
  const Constants constants(image);
  EXPECT_EQ(constants.cell(texts).string_set()[1], "b");
  EXPECT_EQ(constants.cell(values).enum_set()[1], 5U);
  EXPECT_EQ(constants.cell(net).cidr().length, 8);
  EXPECT_EQ(constants.cell(number).number(), -7);
}

TEST(TableTest, StaticRowsByCompositeKey) {
  ImageBuilder builder;
  const std::uint32_t a = builder.String("a");
  const std::uint32_t one = builder.Number(ValueType::kInt, 1);
  const std::uint32_t two = builder.Number(ValueType::kInt, 2);
  builder.Table({{"x", ValueType::kString, test::kNone, 1}, {"n", ValueType::kInt, test::kNone, 1}, {"v"}}, 0,
                {a, one, a, a, two, test::kNone});
  const bytecode::Image image = builder.image();
  const Constants constants(image);
  const Table table = Table::FromImage(image, constants, 0).value();
  EXPECT_TRUE(table.loaded());
  EXPECT_EQ(Find(table, {Cell::Text("a"), Cell::Number(1)}), 0U);
  EXPECT_EQ(Find(table, {Cell::Text("a"), Cell::Number(2)}), 1U);
  EXPECT_EQ(Find(table, {Cell::Text("b"), Cell::Number(1)}), std::nullopt);
  EXPECT_EQ(Find(table, {Cell::Text("a"), Cell::Number(3)}), std::nullopt);
  EXPECT_EQ(table.cell(0, 2).text(), "a");
  EXPECT_FALSE(table.cell(1, 2).present());
}

TEST(TableTest, AKeyThatComesTwiceIsRefused) {
  ImageBuilder builder;
  const std::uint32_t a = builder.String("a");
  builder.Table({{"x", ValueType::kString, test::kNone, 1}}, 0, {a, a});
  const bytecode::Image image = builder.image();
  const Constants constants(image);
  const Result<Table> table = Table::FromImage(image, constants, 0);
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(table.error().message, "table `table`: row 2 has the key of row 1");
}

class LiveTest : public testing::Test {
 protected:
  LiveTest() {
    const std::uint32_t plan = builder_.Enum({"free", "gold"});
    builder_.Table({{"id", ValueType::kString, test::kNone, 1},
                    {"plan", ValueType::kEnum, plan},
                    {"roles", ValueType::kStringSet},
                    {"until", ValueType::kTimestamp}},
                   bytecode::kTableLive, {});
    builder_.Table({{"net", ValueType::kCidr, test::kNone, 1}, {"name"}}, bytecode::kTableLive, {});
    builder_.Table({{"team", ValueType::kString, test::kNone, 1}, {"parents", ValueType::kStringSet}},
                   bytecode::kTableLive | bytecode::kTableTree, {});
    image_ = builder_.image();
  }
  Result<Table> Load(std::uint32_t number, const std::vector<std::vector<std::string>>& rows) {
    return Table::FromText(image_, number, Rows(rows));
  }
  std::string Refusal(std::uint32_t number, const std::vector<std::vector<std::string>>& rows) {
    const Result<Table> table = Load(number, rows);
    return table ? std::string("accepted") : table.error().message;
  }

  ImageBuilder builder_;
  bytecode::Image image_;
};

TEST_F(LiveTest, IsNotLoadedBeforeItsRowsCome) {
  const Constants constants(image_);
  EXPECT_FALSE(Table::FromImage(image_, constants, 0).value().loaded());
  const Table empty = Load(0, {}).value();
  EXPECT_TRUE(empty.loaded());
  EXPECT_EQ(Find(empty, {Cell::Text("x")}), std::nullopt);
}

TEST_F(LiveTest, TypesItsRowsAndSurvivesAMove) {
  Table first = Load(0, {{"acme", "gold", "b a b", "2030-01-01"}, {"x", "", "", ""}}).value();
  const Table table = std::move(first);
  const std::optional<std::uint32_t> row = Find(table, {Cell::Text("acme")});
  ASSERT_EQ(row, 0U);
  EXPECT_EQ(table.cell(0, 0).text(), "acme");
  EXPECT_EQ(table.cell(0, 1).number(), 1);
  ASSERT_EQ(table.cell(0, 2).string_set().size(), 2U);
  EXPECT_EQ(table.cell(0, 2).string_set()[0], "a");
  EXPECT_EQ(table.cell(0, 3).number(), 1893456000LL * 1'000'000'000);
  EXPECT_FALSE(table.cell(1, 1).present());
}

TEST_F(LiveTest, RefusesRowsByNameOfWhatIsWrong) {
  EXPECT_EQ(Refusal(0, {{"a", "free", "", ""}, {"b", "silver", "", ""}}),
            "row 2, column `plan`: `silver` is not of the column's type");
  EXPECT_EQ(Refusal(0, {{"", "free", "", ""}}), "row 1, column `id`: a key cannot be empty");
  EXPECT_EQ(Refusal(0, {{"a", "free"}}), "row 1 has 2 cells, the table 4 columns");
  EXPECT_EQ(Refusal(0, {{"a", "", "", ""}, {"b", "", "", ""}, {"a", "", "", ""}}), "row 3 has the key of row 1");
}

TEST_F(LiveTest, APrefixKeyIsTheLongest) {
  const Table table = Load(1, {{"10.0.0.0/8", "ten"}, {"10.1.0.0/16", "one"}}).value();
  const auto name = [&table](std::string_view text) -> std::string {
    const base::IpAddress address = base::IpAddress::Parse(text).value();
    const std::optional<std::uint32_t> row = Find(table, {Cell::Ip(&address)});
    return row ? std::string(table.cell(*row, 1).text()) : "-";
  };
  EXPECT_EQ(name("10.1.2.3"), "one");
  EXPECT_EQ(name("10.2.2.3"), "ten");
  EXPECT_EQ(name("11.0.0.1"), "-");
}

TEST_F(LiveTest, ATreeIsClosedAtLoad) {
  const Table table = Load(2, {{"dev", "eng"}, {"eng", "all staff"}, {"ops", "eng all"}}).value();
  const Tree& tree = table.tree();
  EXPECT_TRUE(tree.Within("dev", "staff"));
  EXPECT_TRUE(tree.Within("ops", "staff"));
  EXPECT_TRUE(tree.Within("dev", "dev"));
  EXPECT_TRUE(tree.Within("nobody", "nobody")) << "who has no row is still himself";
  EXPECT_FALSE(tree.Within("staff", "dev"));
  EXPECT_FALSE(tree.Within("nobody", "staff"));
  EXPECT_EQ(Refusal(2, {{"x", "a"}, {"a", "b"}, {"b", "c"}, {"c", "a"}}),
            "the tree has a cycle: `a` below `b` below `c` below `a`");
  EXPECT_EQ(Refusal(2, {{"a", "a"}}), "the tree has a cycle: `a` below `a`");
}

TEST_F(LiveTest, RandomTreesAgreeWithWalkingUp) {
  std::mt19937 random(20261122);
  for (int round = 0; round < 50; ++round) {
    std::map<std::string, std::set<std::string>> parents;
    std::vector<std::vector<std::string>> rows;
    for (unsigned i = 0; i < 40; ++i) {
      std::string list;
      const std::string name = "n" + std::to_string(i);
      parents[name];
      for (unsigned k = random() % 4; k > 0 && i > 0; --k) {
        const std::string parent = "n" + std::to_string(random() % i);
        parents[name].insert(parent);
        list += parent + " ";
      }
      rows.push_back({name, list});
    }
    std::shuffle(rows.begin(), rows.end(), random);
    const Table table = Load(2, rows).value();
    for (const auto& [from, unused] : parents) {
      std::set<std::string> above = {from};
      std::vector<std::string> open = {from};
      while (!open.empty()) {
        const std::string at = open.back();
        open.pop_back();
        for (const std::string& parent : parents[at]) {
          if (above.insert(parent).second) open.push_back(parent);
        }
      }
      for (const auto& [to, unused_too] : parents) {
        ASSERT_EQ(table.tree().Within(from, to), above.contains(to)) << from << " " << to << " round " << round;
      }
    }
  }
}

TEST_F(LiveTest, ManyRowsAreAllFound) {
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < 5000; ++i) rows.push_back({"key-" + std::to_string(i), i % 2 == 0 ? "free" : "gold", "", ""});
  const Table table = Load(0, rows).value();
  for (int i = 0; i < 5000; ++i) {
    const std::string key = "key-" + std::to_string(i);
    const std::optional<std::uint32_t> row = Find(table, {Cell::Text(key)});
    ASSERT_EQ(row, static_cast<std::uint32_t>(i));
    ASSERT_EQ(table.cell(*row, 1).number(), i % 2);
  }
}

}  // namespace
}  // namespace ward::data

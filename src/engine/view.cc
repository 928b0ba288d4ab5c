#include "engine/view.h"

#include <utility>

namespace ward::engine {

View::View(std::shared_ptr<Snapshot> of, std::vector<std::shared_ptr<const data::Table>> with,
           std::shared_ptr<const Parameters> parameters_in)
    : snapshot(std::move(of)), tables(std::move(with)), parameters(std::move(parameters_in)) {
  const bytecode::Image& image = snapshot->image;
  for (const std::shared_ptr<const data::Table>& table : tables) table_pointers_.push_back(table.get());
  world = {&image, &snapshot->constants, table_pointers_, parameters->cells(), image.prefix_sets};
}

std::span<const std::uint32_t> View::SlotsOf(std::uint32_t attribute) const {
  // Pairs with the release in MapAttributes: a map is whole before its pointer can be seen.
  const AttributeMap* map = map_.load(std::memory_order_acquire);
  if (map == nullptr || attribute >= map->size() || (*map)[attribute] == bytecode::kNone) return {};
  return snapshot->binding.names.slots((*map)[attribute]);
}

void View::MapAttributes(std::span<const std::string> names) {
  auto map = std::make_unique<AttributeMap>();
  map->reserve(names.size());
  for (const std::string& name : names) map->push_back(snapshot->binding.NameOf(name));
  const AttributeMap* whole = map.get();
  maps_.push_back(std::move(map));
  map_.store(whole, std::memory_order_release);  // pairs with the acquire in SlotOf
}

Result<std::vector<std::shared_ptr<const data::Table>>> MakeTables(const Snapshot& snapshot) {
  std::vector<std::shared_ptr<const data::Table>> tables;
  for (std::uint32_t i = 0; i < snapshot.image.tables.size(); ++i) {
    WARD_ASSIGN_OR_RETURN(data::Table table, data::Table::FromImage(snapshot.image, snapshot.constants, i));
    tables.push_back(std::make_shared<const data::Table>(std::move(table)));
  }
  return tables;
}

std::uint32_t FindLiveTable(const bytecode::Image& image, std::string_view name) {
  for (std::uint32_t i = 0; i < image.tables.size(); ++i) {
    const bytecode::Table& table = image.tables[i];
    if ((table.flags() & bytecode::kTableLive) != 0 && image.TextOf(table.name()) == name) return i;
  }
  return bytecode::kNone;
}

}  // namespace ward::engine

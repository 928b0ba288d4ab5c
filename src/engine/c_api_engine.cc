// The C API of the engine: errors, loads, what is loaded, readers.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/c_api_handles.h"

using ward::engine::Arrays;
using ward::engine::Keep;
using ward::engine::TextOf;
using ward::engine::ViewOf;

namespace {

void Report(ward::Error error, ward_error** to) {
  if (to != nullptr) *to = new ward_error{std::move(error)};
}

template <typename T>
std::optional<T> Take(ward::Result<T> result, ward_error** error) {
  if (result.has_value()) return std::move(result).value();
  Report(std::move(result).error(), error);
  return std::nullopt;
}

// A generation is never 0.
uint64_t Generation(ward::Result<std::uint64_t> result, ward_error** error) {
  return Take(std::move(result), error).value_or(0);
}

std::span<const std::byte> Bytes(const void* data, std::size_t size) {
  return {static_cast<const std::byte*>(data), size};
}

std::vector<ward::TableRow> RowsOf(const ward_table_content& content) {
  std::vector<ward::TableRow> rows(content.row_count);
  const ward_text* cell = content.cells;
  for (ward::TableRow& row : rows) {
    row.cells.reserve(content.column_count);
    for (std::size_t i = 0; i < content.column_count; ++i) row.cells.emplace_back(ViewOf(*cell++));
  }
  return rows;
}

std::vector<ward::Engine::TableContent> TablesOf(const ward_table_content* tables, std::size_t count) {
  std::vector<ward::Engine::TableContent> made;
  made.reserve(count);
  for (const ward_table_content& content : std::span(tables, count)) {
    made.push_back({std::string(ViewOf(content.table)), RowsOf(content)});
  }
  return made;
}

ward::Engine::Change ChangeOf(const ward_change& change) {
  ward::Engine::Change made;
  made.tables = TablesOf(change.tables, change.table_count);
  for (const ward_text& table : std::span(change.unloaded, change.unloaded_count)) {
    made.unloaded.emplace_back(ViewOf(table));
  }
  for (const ward_parameter_value& value : std::span(change.parameters, change.parameter_count)) {
    ward::Engine::ParameterValue& given = made.parameters.emplace_back();
    given.parameter = ViewOf(value.parameter);
    if (value.from_bundle == 0) given.text = ViewOf(value.text);
  }
  return made;
}

// The plain structs of a BundleInfo beside what they point to.
struct OwnedBundleInfo : ward_bundle_info {
  explicit OwnedBundleInfo(ward::BundleInfo from) : ward_bundle_info(), info(std::move(from)) {
    name = TextOf(info.name);
    digest = TextOf(info.digest);
    generation = info.generation;
    rule_count = info.rule_count;
    bytecode_bytes = info.bytecode_bytes;
    for (const ward::OperationInfo& operation : info.operations) {
      kept_operations.push_back(
          {TextOf(operation.name), TextOf(operation.api), TextOf(operation.route), operation.anonymous ? 1 : 0});
    }
    operations = kept_operations.data();
    operation_count = kept_operations.size();
    zones = Keep(info.zones, texts).data();
    zone_count = info.zones.size();
    server = TextOf(info.server);
    for (const ward::LiveTableInfo& table : info.tables) {
      kept_tables.push_back({TextOf(table.name), Keep(table.columns, texts).data(), table.columns.size(),
                             table.loaded ? 1 : 0, table.row_count});
    }
    tables = kept_tables.data();
    table_count = kept_tables.size();
  }

  const ward::BundleInfo info;
  std::vector<ward_operation_info> kept_operations;
  std::vector<ward_live_table_info> kept_tables;
  Arrays<ward_text> texts;
};

}  // namespace

extern "C" {

ward_text ward_error_code(const ward_error* error) { return TextOf(ward::ErrorCodeName(error->error.code)); }
ward_text ward_error_message(const ward_error* error) { return TextOf(error->error.message); }
void ward_error_destroy(ward_error* error) { delete error; }

ward_engine* ward_engine_create(uint32_t readers_max, ward_error** error) {
  ward::EngineOptions options;
  if (readers_max != 0) options.readers_max = readers_max;
  std::optional<ward::Engine> engine = Take(ward::Engine::Create(options), error);
  return engine ? new ward_engine{std::move(*engine)} : nullptr;
}
void ward_engine_destroy(ward_engine* engine) { delete engine; }

uint64_t ward_engine_load(ward_engine* engine, const void* wardc, size_t size, ward_error** error) {
  return Generation(engine->engine.Load(Bytes(wardc, size)), error);
}
uint64_t ward_engine_load_file(ward_engine* engine, const char* path, ward_error** error) {
  return Generation(engine->engine.LoadFile(path), error);
}
// NOLINTNEXTLINE(readability-function-size): two arrays have four parts
uint64_t ward_engine_load_with_tables(ward_engine* engine, const void* wardc, size_t size,
                                      const ward_table_content* tables, size_t table_count, ward_error** error) {
  return Generation(engine->engine.Load(Bytes(wardc, size), TablesOf(tables, table_count)), error);
}
uint64_t ward_engine_load_table(ward_engine* engine, const ward_table_content* content, ward_error** error) {
  return Generation(engine->engine.LoadTable(ViewOf(content->table), RowsOf(*content)), error);
}
uint64_t ward_engine_apply(ward_engine* engine, const ward_change* change, ward_error** error) {
  return Generation(engine->engine.Apply(ChangeOf(*change)), error);
}

uint32_t ward_engine_attribute(ward_engine* engine, ward_text name) {
  return engine->engine.Attribute(ViewOf(name)).value;
}
uint64_t ward_engine_generation(const ward_engine* engine) { return engine->engine.generation(); }

const ward_bundle_info* ward_engine_info(const ward_engine* engine) {
  return new OwnedBundleInfo(engine->engine.info());
}
void ward_bundle_info_destroy(const ward_bundle_info* info) { delete static_cast<const OwnedBundleInfo*>(info); }

ward_reader* ward_reader_create(ward_engine* engine, ward_error** error) {
  std::optional<ward::Reader> reader = Take(engine->engine.NewReader(), error);
  return reader ? new ward_reader(std::move(*reader)) : nullptr;
}
void ward_reader_destroy(ward_reader* reader) { delete reader; }

void ward_reader_begin(ward_reader* reader) { reader->request = &reader->reader.Begin(); }
void ward_reader_release(ward_reader* reader) {
  reader->request = nullptr;
  reader->reader.Release();
}
uint64_t ward_reader_generation(const ward_reader* reader) { return reader->reader.decision().generation(); }

}  // extern "C"

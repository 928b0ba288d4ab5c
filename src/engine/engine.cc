#include "ward/engine.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "base/budgets.h"
#include "engine/engine_state.h"
#include "engine/reader_state.h"

namespace ward {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

Error IoError(const std::string& path, int code) {
  return {code == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
          fmt::format("cannot read `{}`: {}", path, std::generic_category().message(code))};
}

Result<std::vector<std::byte>> ReadFile(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return IoError(path, errno);
  std::vector<std::byte> bytes;
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  while (true) {
    const std::size_t begin = bytes.size();
    bytes.resize(begin + kBlock);
    const std::size_t got = std::fread(bytes.data() + begin, 1, kBlock, file.get());
    bytes.resize(begin + got);
    if (std::ferror(file.get()) != 0) return IoError(path, errno);
    if (got < kBlock) return bytes;
    if (bytes.size() > base::budget::kBytecodeSizeBytesMax) {
      return Error{ErrorCode::kTooLarge,
                   fmt::format("`{}` has more than {} bytes", path, base::budget::kBytecodeSizeBytesMax)};
    }
  }
}

}  // namespace

// ---- Engine

Engine::Engine(std::unique_ptr<EngineState> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Engine> Engine::Create(const EngineOptions& options) {
  if (options.readers_max == 0 || options.readers_max > base::budget::kReaderCountMax) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("readers_max is {}, not 1 .. {}", options.readers_max, base::budget::kReaderCountMax)};
  }
  return Engine(std::make_unique<EngineState>(options));
}

Result<std::uint64_t> Engine::Load(std::span<const std::byte> wardc) { return state_->Load(wardc, {}); }

Result<std::uint64_t> Engine::Load(std::span<const std::byte> wardc, std::span<const TableContent> tables) {
  return state_->Load(wardc, tables);
}

Result<std::uint64_t> Engine::LoadFile(const std::string& path) {
  WARD_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes, ReadFile(path));
  Result<std::uint64_t> generation = state_->Load(bytes, {});
  if (!generation) {
    Error error = std::move(generation).error();
    error.message = fmt::format("`{}`: {}", path, error.message);
    return error;
  }
  return generation;
}

Result<std::uint64_t> Engine::LoadTable(std::string_view table, std::span<const TableRow> rows) {
  return state_->LoadTable(table, rows);
}

Result<std::uint64_t> Engine::Apply(const Change& change) { return state_->Apply(change); }

AttributeId Engine::Attribute(std::string_view name) { return state_->Attribute(name); }

Result<Reader> Engine::NewReader() {
  WARD_ASSIGN_OR_RETURN(std::unique_ptr<ReaderState> state, state_->NewReader());
  return Reader(std::move(state));
}

std::uint64_t Engine::generation() const { return state_->generation(); }
BundleInfo Engine::info() const { return state_->info(); }

// ---- Reader

Reader::Reader(std::unique_ptr<ReaderState> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Request& Reader::Begin() { return state_->Begin(); }
Admission Reader::Admit() { return state_->Admit(); }
Admission Reader::Identify() { return state_->Identify(); }
const Decision& Reader::Decide() { return state_->Decide(); }
const Decision& Reader::decision() const { return state_->decision(); }
Explanation Reader::Explain() const { return state_->Explain(); }
void Reader::Release() { state_->Release(); }

ReaderState::ReaderState(EngineState& engine, engine::Publication& publication, std::size_t index)
    : engine_(engine), publication_(publication), index_(index), request_(this) {
  decision_.state_ = this;
}

ReaderState::~ReaderState() {
  publication_.Unpin(index_);
  engine_.ReturnReader(index_);
}

// ---- Decision

TestOutcome Decision::deciding_test() const { return state_ == nullptr ? TestOutcome{} : state_->DecidingTest(); }
std::span<const std::string_view> Decision::ill_typed() const {
  return state_ == nullptr ? std::span<const std::string_view>() : state_->IllTyped();
}
std::string Decision::operator_reason() const { return state_ == nullptr ? std::string() : state_->OperatorReason(); }

}  // namespace ward

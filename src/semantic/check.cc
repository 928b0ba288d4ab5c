// The order of the checks. Each step may use what earlier ones filled; none reaches ahead.
#include "semantic/check.h"

#include <algorithm>

#include "semantic/attributes.h"
#include "semantic/cycles.h"
#include "semantic/declarations.h"
#include "semantic/declare.h"
#include "semantic/limits.h"
#include "semantic/model.h"
#include "semantic/operations.h"
#include "semantic/replies.h"
#include "semantic/rules.h"
#include "semantic/scenarios.h"
#include "semantic/tables.h"
#include "semantic/types.h"
#include "semantic/zones.h"

namespace ward::semantic {
namespace {

// Names and types of everything, before any expression is read.
void Declare(Model& model) {
  DeclareNames(model);
  ResolveTypes(model);
  CheckTables(model);
  CheckApis(model);
  ResolveUses(model);
  ResolveGoverns(model);
  ResolveGroups(model);
  CheckRouteOverlap(model);
  DeclareAttributes(model);
  DeclareConditions(model);
  CheckSchedules(model);
}

void CheckBodies(Model& model) {
  CheckParameters(model);
  CheckAttributeSources(model);
  SpreadSecrets(model);
  ReadTableRows(model);
  CheckLiveTableFiles(model);
  CheckConditions(model);
  CheckRoles(model);
  CheckZones(model);
  CheckRules(model);
  CheckLimits(model);
  CheckScenarios(model);
}

// Annotations of what is neither rule, limit nor zone.
void CheckOtherAnnotations(Model& model) {
  for (const auto& file : model.input.files) {
    for (const syntax::Decl& decl : file->declarations) {
      const bool judged = std::holds_alternative<const syntax::RuleDecl*>(decl) ||
                          std::holds_alternative<const syntax::LimitDecl*>(decl) ||
                          std::holds_alternative<const syntax::ZoneDecl*>(decl);
      if (judged) continue;
      const bool role = std::holds_alternative<const syntax::RoleDecl*>(decl);
      CheckAnnotations(model, syntax::Head(decl), role ? Annotated::kRole : Annotated::kOther);
    }
  }
}

}  // namespace

std::vector<std::string_view> DataFileNames(std::span<const std::unique_ptr<syntax::File>> files) {
  std::vector<std::string_view> names;
  for (const auto& file : files) {
    syntax::ForEach<syntax::ZoneDecl>(*file, [&names](const syntax::ZoneDecl& zone) {
      for (const syntax::NetworksLine& line : zone.networks) {
        if (line.from.has_value()) names.push_back(line.from->text);
      }
    });
    syntax::ForEach<syntax::TableDecl>(*file, [&names](const syntax::TableDecl& table) {
      if (table.from.has_value()) names.push_back(table.from->text);
    });
    syntax::ForEach<syntax::TestDecl>(*file, [&names](const syntax::TestDecl& test) {
      const auto note = [&names](const syntax::Send& send) {
        if (const auto* recorded = std::get_if<syntax::RecordedRequest>(&send.what))
          names.push_back(recorded->file.text);
      };
      for (const syntax::TestStep& step : test.steps) {
        if (const auto* send = std::get_if<syntax::SendStep>(&step.step)) note(send->send);
      }
      for (const syntax::TestRow& row : test.rows) {
        for (const syntax::TestCell& cell : row.cells) {
          if (const auto* send = std::get_if<syntax::Send>(&cell.value)) note(*send);
        }
      }
    });
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::optional<Program> Check(const CheckInput& input, diag::Sink& sink) {
  Model model(input, sink);
  model.program.name = model.Keep(input.bundle.manifest.name);
  Declare(model);
  CheckBodies(model);
  CheckOtherAnnotations(model);
  if (CheckCyclesAndDepth(model)) {
    CheckZoneReads(model);
    CheckHeaderConflicts(model);
  }
  if (sink.has_errors()) return std::nullopt;
  return std::move(model.program);
}

}  // namespace ward::semantic

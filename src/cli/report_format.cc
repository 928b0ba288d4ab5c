#include "cli/report_format.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "cli/choice.h"

namespace ward::cli {

namespace fs = std::filesystem;

namespace {

// The policy files that were read, as diagnostics name them. What Ward ships lies nowhere and is not among them.
std::vector<std::string> PolicyFiles(const std::vector<std::string>& files, const std::string& path) {
  std::error_code error;
  fs::path folder = fs::weakly_canonical(path, error);
  if (!fs::is_directory(folder, error)) folder = folder.parent_path();
  std::vector<std::string> names;
  for (const std::string& file : files) {
    if (file.ends_with(".ward")) names.push_back(fs::path(file).lexically_relative(folder).generic_string());
  }
  return names;
}

}  // namespace

void AddReportFormat(CLI::App& command, report::Format& format) {
  AddChoice(
      command, "--format", format,
      "human: for people; json: for programs; lines: one each for editors; junit, tap: for test reports; sarif: for "
      "code scanning; github: annotations of a workflow",
      {{"human", report::Format::kHuman},
       {"json", report::Format::kJson},
       {"lines", report::Format::kLines},
       {"junit", report::Format::kJunit},
       {"tap", report::Format::kTap},
       {"sarif", report::Format::kSarif},
       {"github", report::Format::kGithub}});
}

std::string PrefixOf(const std::string& path) {
  std::error_code error;
  const fs::path here = fs::current_path(error);
  fs::path folder = fs::absolute(path, error).lexically_normal();
  if (!fs::is_directory(folder, error)) folder = folder.parent_path();
  const fs::path relative = folder.lexically_relative(here);
  const bool below = !relative.empty() && *relative.begin() != "..";
  const std::string prefix = (below ? relative.lexically_normal() : folder).generic_string();
  if (prefix == "." || prefix == "./") return {};
  return prefix.ends_with('/') ? prefix : prefix + "/";
}

void AddBundle(report::Run& run, BundleFindings bundle) {
  report::Run part;
  part.files = PolicyFiles(bundle.files, bundle.path);
  part.diagnostics = std::move(bundle.diagnostics);
  report::PrefixFiles(part, PrefixOf(bundle.path));
  std::move(part.files.begin(), part.files.end(), std::back_inserter(run.files));
  std::move(part.diagnostics.begin(), part.diagnostics.end(), std::back_inserter(run.diagnostics));
}

void PrintReport(const report::Run& run, report::Format format, Invocation& invocation) {
  Print(report::Render(run, format, invocation.colour_out ? diag::Colour::kAlways : diag::Colour::kNever));
  if (!report::IsGreen(run)) invocation.exit = Exit::kFindings;
}

}  // namespace ward::cli

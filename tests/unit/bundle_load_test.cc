#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "bundle/bundle.h"
#include "bundle/data_table.h"
#include "bundle/json_tree.h"
#include "diag/render.h"

namespace ward::bundle {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "ward_bundle_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  void Write(const std::string& name, std::string_view text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

struct Loaded {
  base::SourceMap sources;
  diag::Sink sink;
  Bundle bundle;
  std::string error;

  [[nodiscard]] std::string Names() const {
    std::string names;
    for (const base::FileId file : bundle.policies) names += std::string(sources.file(file).name()) + " ";
    return names;
  }
  [[nodiscard]] std::string Lines() const { return diag::RenderLines(sink.Finish(sources)); }
};

std::unique_ptr<Loaded> LoadPath(const fs::path& path) {
  auto loaded = std::make_unique<Loaded>();
  const auto files = OpenPath(path.string());
  if (!files.has_value()) {
    loaded->error = files.error().message;
    return loaded;
  }
  Result<Bundle> bundle = Load(*files.value(), loaded->sources, loaded->sink);
  if (bundle.has_value())
    loaded->bundle = std::move(bundle).value();
  else
    loaded->error = bundle.error().message;
  return loaded;
}

constexpr std::string_view kManifest = "name = \"g\"\nedition = 1\n";

TEST(BundleLoad, ReadsEveryPolicyBelowTheFolderInOrder) {
  const Folder folder;
  folder.Write("ward.toml", kManifest);
  folder.Write("z.ward", "policy z\n");
  folder.Write("a/b.ward", "policy a.b\n");
  folder.Write("a/b.test.ward", "policy a.b.test\n");
  folder.Write(".git/hidden.ward", "policy hidden\n");
  folder.Write("notes.txt", "no policy\n");
  const auto loaded = LoadPath(folder.path());
  EXPECT_EQ(loaded->error, "");
  EXPECT_EQ(loaded->Names(), "a/b.test.ward a/b.ward z.ward ");
  EXPECT_EQ(loaded->bundle.manifest.name, "g");
  EXPECT_EQ(loaded->Lines(), "");
}

TEST(BundleLoad, APolicyThatWouldBePassedOverIsTold) {
  const Folder folder;
  folder.Write("ward.toml", kManifest);
  folder.Write("a.ward", "policy a\n");
  folder.Write("b/RULES.WARD", "policy rules\n");
  EXPECT_EQ(LoadPath(folder.path())->error,
            "`b/RULES.WARD` would not be read: the ending is `.ward`, in small letters");
}

TEST(BundleLoad, AFolderNeedsAManifestAndASingleFileDoesNot) {
  const Folder folder;
  folder.Write("one.ward", "policy one\n");
  EXPECT_NE(LoadPath(folder.path())->Lines().find("E51"), std::string::npos);
  const auto single = LoadPath(folder.path() / "one.ward");
  EXPECT_EQ(single->Lines(), "");
  EXPECT_EQ(single->Names(), "one.ward ");
  EXPECT_EQ(single->bundle.manifest.name, "one");
}

TEST(BundleLoad, FollowsNoLinkOutOfTheFolder) {
  const Folder secret;
  secret.Write("secret.ward", "policy secret\n");
  const Folder folder;
  folder.Write("ward.toml", kManifest);
  fs::create_symlink(secret.path() / "secret.ward", folder.path() / "x.ward");
  EXPECT_NE(LoadPath(folder.path())->error.find("symbolic link"), std::string::npos);
  fs::remove(folder.path() / "x.ward");
  fs::create_directory_symlink(secret.path(), folder.path() / "sub");
  folder.Write("a.ward", "policy a\n");
  // Were the linked folder only passed over, the rules that somebody linked in would be missing and nobody told.
  EXPECT_EQ(LoadPath(folder.path())->error, "cannot read `sub`: it is a symbolic link");

  const auto files = OpenPath(folder.path().string());
  ASSERT_TRUE(files.has_value());
  for (const char* name : {"../secret.ward", "/etc/passwd", "a/../../x", "", "sub/secret.ward", "a\\b", "./a.ward"}) {
    const auto text = files.value()->Read(name, 1000);
    EXPECT_FALSE(text.has_value()) << name;
  }
  EXPECT_TRUE(files.value()->Read("a.ward", 1000).has_value());
}

TEST(BundleLoad, RefusesWhatIsTooLargeOrNoFile) {
  const Folder folder;
  folder.Write("a.csv", "12345");
  const auto files = OpenPath(folder.path().string());
  ASSERT_TRUE(files.has_value());
  EXPECT_TRUE(files.value()->Read("a.csv", 5).has_value());
  const auto large = files.value()->Read("a.csv", 4);
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, ErrorCode::kTooLarge);
  fs::create_directory(folder.path() / "dir.csv");
  EXPECT_FALSE(files.value()->Read("dir.csv", 5).has_value());
  EXPECT_EQ(files.value()->Read("b.csv", 5).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(OpenPath((folder.path() / "a.csv").string()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(OpenPath((folder.path() / "none").string()).error().code, ErrorCode::kNotFound);
}

TEST(BundleManifest, ReadsEverySection) {
  base::SourceMap sources;
  diag::Sink sink;
  const base::FileId file = sources.Add("ward.toml", R"(name = "g"
edition = 1
[parameters]
"b.c" = 4
a.on = true
"a.from" = 2027-02-01
"a.at" = 08:30:00
[tables]
"a.t" = "data/t.csv"
[budget]
rules = 5_000
[server]
trusted-hops = 2
proxy-appends-peer = false
proxy-verifies-certificates = true
[server.claims]
namespace = "n"
extension-prefix = "claim."
[test]
threshold = 90
)");
  const Manifest manifest = ReadManifest(sources, file, sink);
  EXPECT_EQ(diag::RenderLines(sink.Finish(sources)), "");
  ASSERT_EQ(manifest.parameters.size(), 4U);
  EXPECT_EQ(manifest.parameters[0].name, "a.at");
  EXPECT_EQ(std::get<std::string>(manifest.parameters[0].value), "08:30:00");
  EXPECT_EQ(std::get<std::string>(manifest.parameters[1].value), "2027-02-01");
  EXPECT_EQ(std::get<bool>(manifest.parameters[2].value), true);
  EXPECT_EQ(std::get<std::int64_t>(manifest.parameters[3].value), 4);
  EXPECT_TRUE(manifest.server.proxy_verifies_certificates);
  EXPECT_FALSE(Manifest{}.server.proxy_verifies_certificates);
  ASSERT_EQ(manifest.tables.size(), 1U);
  EXPECT_EQ(manifest.tables[0].file, "data/t.csv");
  EXPECT_EQ(sources.Text(manifest.tables[0].table_span), "\"a.t\"");
  EXPECT_EQ(manifest.budget.rules, 5'000U);
  EXPECT_EQ(manifest.server.trusted_hops, 2);
  EXPECT_FALSE(manifest.server.proxy_appends_peer);
  EXPECT_EQ(manifest.server.claims_namespace, "n");
  EXPECT_EQ(manifest.server.claims_key, "payload");
  EXPECT_EQ(manifest.server.claims_extension_prefix, "claim.");
  EXPECT_EQ(manifest.test.threshold_percent, 90);
}

// Compiled bytecode carries the settings as text: what is served from it is served as the folder would be.
TEST(ManifestTest, ServerSettingsSurviveAsText) {
  EXPECT_EQ(ServerText({}), "");
  EXPECT_EQ(ReadServerText("").value(), ServerSettings());
  ServerSettings settings;
  settings.claims_namespace = "a \"quoted\" \\ name";
  settings.claims_key = "k.with.dots";
  settings.claims_extension_prefix = "claim.";
  settings.trusted_hops = 32;
  settings.proxy_appends_peer = false;
  settings.proxy_verifies_certificates = true;
  settings.realm = "r\u00e9alm\nof two lines";
  settings.problem_base = "https://example.com/";
  const std::string text = ServerText(settings);
  EXPECT_EQ(ReadServerText(text).value(), settings);
  EXPECT_EQ(ServerText(ReadServerText(text).value()), text);
  for (const std::string_view hostile :
       {"[server]\ntrusted-hops = 33", "[server", "\xff", "name = \"twice\"", "x = 1"}) {
    const Result<ServerSettings> read = ReadServerText(hostile);
    ASSERT_FALSE(read.has_value()) << hostile;
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  }
}

// ---- data files

struct Read {
  base::SourceMap sources;
  diag::Sink sink;
  DataTable table;
  [[nodiscard]] std::string Lines() const { return diag::RenderLines(sink.Finish(sources)); }
  // "a|b;c|" : cells, rows.
  [[nodiscard]] std::string Cells() const {
    std::string text;
    for (const Row& row : table.rows) {
      for (const Cell& cell : row.cells) text += std::string(cell.text) + "|";
      text += ";";
    }
    return text;
  }
};

std::unique_ptr<Read> ReadText(std::string name, std::string text) {
  auto read = std::make_unique<Read>();
  const base::FileId file = read->sources.Add(std::move(name), std::move(text));
  read->table = ReadDataTable(read->sources, file, read->sink);
  return read;
}

TEST(BundleCsv, FollowsRfc4180) {
  EXPECT_EQ(ReadText("t.csv", "a,b\nc,d")->Cells(), "a|b|;c|d|;");
  EXPECT_EQ(ReadText("t.csv", "a,b\r\n\r\nc,\r\n")->Cells(), "a|b|;c||;");
  EXPECT_EQ(ReadText("t.csv", "\"a,\n\"\"b\"\"\",c\n")->Cells(), "a,\n\"b\"|c|;");
  EXPECT_EQ(ReadText("t.csv", " a , b \n")->Cells(), "a|b|;");
  EXPECT_EQ(ReadText("t.csv", "\"\",x\n")->table.rows[0].cells[0].kind, Cell::Kind::kText) << "quoted: an empty text";
  EXPECT_EQ(ReadText("t.csv", ",x\n")->table.rows[0].cells[0].kind, Cell::Kind::kEmpty);
  EXPECT_EQ(ReadText("t.csv", "")->Cells(), "");
}

TEST(BundleCsv, PlacesItsErrors) {
  EXPECT_EQ(ReadText("t.csv", "a\nb\"c\n")->Lines(),
            "t.csv:2:2: error[E50]: a cell with a quote in it is quoted as a whole, and the quote doubled\n");
  EXPECT_EQ(ReadText("t.csv", "a\n\"bc\n")->Lines(), "t.csv:2:1: error[E50]: this quoted cell has no end\n");
  EXPECT_EQ(ReadText("t.csv", "\"a\"b\n")->Lines(),
            "t.csv:1:4: error[E50]: after a quoted cell comes a comma or the end of the line\n");
  EXPECT_EQ(ReadText("t.csv", "a\xff\n")->Lines(), "t.csv:1:2: error[E50]: this is not UTF-8\n");
}

TEST(BundleJson, ReadsRowsByPositionAndByName) {
  const auto read = ReadText("t.json", R"([["a", 4, true, null], {"n": -1.5e3, "id": "\u0041\ud83d\ude00\n"}])");
  EXPECT_EQ(read->Lines(), "");
  EXPECT_EQ(read->Cells(), "a|4|true||;-1.5e3|A\xF0\x9F\x98\x80\n|;");
  EXPECT_FALSE(read->table.rows[0].named);
  EXPECT_TRUE(read->table.rows[1].named);
  EXPECT_EQ(read->table.rows[1].cells[1].column, "id");
}

TEST(BundleJson, IsStrictAndPlacesItsErrors) {
  const auto lines = [](const char* text) { return ReadText("t.json", text)->Lines(); };
  EXPECT_EQ(lines("[[1,]]"), "t.json:1:5: error[E50]: a JSON value is missing before this\n");
  EXPECT_EQ(lines("[[1] [2]]"), "t.json:1:6: error[E50]: `,` or `]` is missing before this\n");
  EXPECT_EQ(lines("[{\"a\":1,\"\\u0061\":2}]"), "t.json:1:9: error[E50]: `a` is given twice\n");
  EXPECT_EQ(lines("[01]"), "t.json:1:2: error[E50]: `01` is no JSON value\n");
  EXPECT_EQ(lines("[[\"\\ud800\"]]"), "t.json:1:4: error[E50]: half a surrogate pair\n");
  EXPECT_EQ(lines("[] x"), "t.json:1:4: error[E50]: the JSON text ends before this\n");
  EXPECT_EQ(lines("[[\"a\tb\"]]"), "t.json:1:5: error[E50]: a control character must be escaped\n");
  EXPECT_EQ(lines("\xEF\xBB\xBF[]"), "t.json:1:1: error[E50]: the file begins with a byte order mark; delete it\n");
  EXPECT_EQ(
      ReadText("t.json", std::string(kJsonDepthMax, '[') + std::string(kJsonDepthMax, ']'))->Lines().find("deeper"),
      std::string::npos);
  EXPECT_NE(ReadText("t.json", std::string(kJsonDepthMax + 1, '['))->Lines().find("deeper"), std::string::npos);
}

TEST(BundleNetworks, TakesTheFormsThatProvidersPublish) {
  const auto count = [](std::string name, std::string text) {
    base::SourceMap sources;
    diag::Sink sink;
    const base::FileId file = sources.Add(std::move(name), std::move(text));
    const std::size_t found = ReadPrefixList(sources, file, sink).prefixes.size();
    return sink.has_errors() ? std::string("wrong") : std::to_string(found);
  };
  EXPECT_EQ(count("n.json", R"(["10.0.0.0/8", "fd00::/8"])"), "2");
  EXPECT_EQ(count("n.json", R"({"prefixes": ["10.0.0.0/8"]})"), "1");
  EXPECT_EQ(count("n.json", R"({"syncToken": "1", "prefixes": [{"ip_prefix": "10.0.0.0/8", "region": "x"}],
                               "ipv6_prefixes": [{"ipv6_prefix": "fd00::/8"}]})"),
            "2");
  EXPECT_EQ(count("n.json", R"({"prefixes": [{"ipv4Prefix": "10.0.0.0/8"}, {"ipv6Prefix": "fd00::/8"}]})"), "2");
  EXPECT_EQ(count("n.csv", "10.0.0.0/8,ours\nfd00::/8,theirs\n"), "2");
  EXPECT_EQ(count("n.json", R"({"ranges": 4})"), "wrong");
  EXPECT_EQ(count("n.json", R"([4])"), "wrong");
  EXPECT_EQ(count("n.txt", ""), "wrong");
}

}  // namespace
}  // namespace ward::bundle

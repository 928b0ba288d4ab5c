// Problem bodies and challenges: the texts that a refused caller gets.
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>

#include "server/challenge.h"
#include "server/problem.h"

namespace ward::server {
namespace {

TEST(ProblemTest, MembersOfRfc9457) {
  ProblemWriter writer;
  EXPECT_EQ(writer.Write({.status = 403}), "{\"title\":\"Forbidden\",\"status\":403}\n");
  const auto json = nlohmann::json::parse(writer.Write({.status = 429,
                                                        .type = "https://example.com/p",
                                                        .title = "Slow \"down\"",
                                                        .detail = "a\nb\xff",
                                                        .instance = "urn:ward:1"}));
  EXPECT_EQ(json["type"], "https://example.com/p");
  EXPECT_EQ(json["title"], "Slow \"down\"");
  EXPECT_EQ(json["status"], 429);
  EXPECT_EQ(json["detail"], "a\nb\xEF\xBF\xBD");
  EXPECT_EQ(json["instance"], "urn:ward:1");
}

TEST(ProblemTest, EveryStatusHasAPhrase) {
  for (int status = 300; status < 600; ++status) {
    EXPECT_FALSE(StatusPhrase(static_cast<std::uint16_t>(status)).empty());
  }
  EXPECT_EQ(StatusPhrase(418), "Client Error");
  EXPECT_EQ(StatusPhrase(599), "Server Error");
}

TEST(ProblemTest, AnyDetailIsJson) {
  std::mt19937 random(9);
  ProblemWriter writer;
  for (int i = 0; i < 5'000; ++i) {
    std::string detail;
    const std::size_t size = random() % 30;
    for (std::size_t k = 0; k < size; ++k) detail += static_cast<char>(random());
    const std::string_view text = writer.Write({.status = 400, .detail = detail});
    ASSERT_TRUE(nlohmann::json::accept(text)) << i;
  }
}

TEST(ChallengeTest, GoldenReplies) {
  ChallengeWriter writer;
  const std::array<std::string_view, 2> scopes{"orders:read", "orders:write"};
  const std::array<std::string_view, 1> acr{"mfa"};
  EXPECT_EQ(writer.Write({}), "Bearer");
  Challenge challenge;
  challenge.realm = "api";
  challenge.description = "not sent without an error";
  EXPECT_EQ(writer.Write(challenge), "Bearer realm=\"api\"");
  challenge.error = ChallengeError::kInvalidToken;
  challenge.description = "The token expired.";
  EXPECT_EQ(writer.Write(challenge),
            "Bearer realm=\"api\", error=\"invalid_token\", error_description=\"The token expired.\"");
  challenge = {.error = ChallengeError::kInsufficientScope, .scopes = scopes};
  EXPECT_EQ(writer.Write(challenge), "Bearer error=\"insufficient_scope\", scope=\"orders:read orders:write\"");
  challenge = {.error = ChallengeError::kInsufficientUserAuthentication, .acr = acr, .max_age_seconds = 300};
  EXPECT_EQ(writer.Write(challenge),
            "Bearer error=\"insufficient_user_authentication\", acr_values=\"mfa\", max_age=\"300\"");
  challenge.max_age_seconds = 0;
  EXPECT_TRUE(writer.Write(challenge).ends_with("max_age=\"0\""));
  challenge = {.error = ChallengeError::kInvalidRequest};
  EXPECT_EQ(writer.Write(challenge), "Bearer error=\"invalid_request\"");
}

TEST(ChallengeTest, NothingLeavesItsQuotes) {
  ChallengeWriter writer;
  const std::array<std::string_view, 5> words{"a\"b", "", "c d", "e\\f", "ok"};
  Challenge challenge{.error = ChallengeError::kInvalidToken,
                      .realm = "x\"y\\z\r\n\xc3\xa9",
                      .description = "a\"b",
                      .scopes = words,
                      .acr = words};
  EXPECT_EQ(writer.Write(challenge),
            "Bearer realm=\"x?y?z????\", error=\"invalid_token\", error_description=\"a?b\", "
            "scope=\"ok\", "
            "acr_values=\"ok\"");
  const std::array<std::string_view, 1> bad{"a\"b"};
  challenge = {.error = ChallengeError::kInsufficientScope, .scopes = bad};
  EXPECT_EQ(writer.Write(challenge), "Bearer error=\"insufficient_scope\"");
}

}  // namespace
}  // namespace ward::server

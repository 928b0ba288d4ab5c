// cli: what `send request "file.json"` of a test may name: a question recorded from Envoy, or a request file as
// `ward eval --request` takes.
#ifndef WARD_SRC_CLI_RECORDED_REQUESTS_H_
#define WARD_SRC_CLI_RECORDED_REQUESTS_H_

#include "bundle/manifest.h"
#include "testing/recorded_request.h"

namespace ward::cli {

// `settings` are those of the bundle: who is trusted with claims and addresses, as in production.
[[nodiscard]] testing::RequestReader RecordedRequestReader(const bundle::ServerSettings& settings);

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_RECORDED_REQUESTS_H_

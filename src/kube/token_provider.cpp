#include "kube/token_provider.hpp"

#include <fstream>
#include <iterator>
#include <utility>

namespace adxf::kube {
namespace {

// Projected tokens are replaced at 80 % of their life; a minute with some leeway is what other
// clients use.
constexpr auto kReadEvery = std::chrono::seconds(50);

std::string Trimmed(std::string text) {
  auto const last = text.find_last_not_of(" \t\r\n");
  text.erase(last == std::string::npos ? 0 : last + 1);
  return text;
}

}  // namespace

Result<std::string> ReadFile(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Fail(Code::kNotFound, "cannot open " + path + "; check that it exists and may be read");
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) return Fail(Code::kUnavailable, "cannot read " + path);
  return text;
}

TokenFile::TokenFile(std::string path, FileReader read, Clock& clock)
    : path_(std::move(path)), read_(std::move(read)), clock_(clock) {}

Result<Secret> TokenFile::Token() {
  std::lock_guard const lock(mutex_);
  auto const now = clock_.Steady();
  if (read_at_ && now - *read_at_ < kReadEvery) return token_.Clone();
  auto text = read_(path_);
  if (text && !Trimmed(*text).empty()) {
    token_ = Secret(Trimmed(std::move(*text)));
    read_at_ = now;
    return token_.Clone();
  }
  if (!token_.IsEmpty()) return token_.Clone();
  if (!text) return Failure(text.error().Because("reading the service account token"));
  return Fail(Code::kUnauthorized, "the token file " + path_ + " is empty");
}

void TokenFile::Refused() {
  std::lock_guard const lock(mutex_);
  read_at_.reset();
}

}  // namespace adxf::kube

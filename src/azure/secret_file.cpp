#include "azure/secret_file.hpp"

#include <fstream>
#include <utility>

namespace adxf::azure {
namespace {

constexpr std::size_t kLongest = 64UZ * 1024;

Secret Trimmed(Secret const& text) {
  constexpr std::string_view kSpace = " \t\r\n";
  auto const all = text.Reveal();
  auto const first = all.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return Secret(std::string(all.substr(first, all.find_last_not_of(kSpace) - first + 1)));
}

}  // namespace

Result<Secret> ReadSecretFile(std::string const& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content(kLongest, '\0');
  if (!file ||
      (!file.read(content.data(), static_cast<std::streamsize>(content.size())) && !file.eof())) {
    return Fail(Code::kUnavailable, "cannot read the file " + path +
                                        "; check that it exists and is readable; it will be tried "
                                        "again");
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  return Secret(std::move(content));
}

Result<Secret> LoadSecret(FileReader const& read, std::string const& path) {
  TRY_ASSIGN(auto const content, read(path));
  auto text = Trimmed(content);
  if (text.IsEmpty())
    return Fail(Code::kUnavailable, "the file " + path + " is empty; it will be tried again");
  return text;
}

}  // namespace adxf::azure

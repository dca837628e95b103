#pragma once

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace adxf::arch {

namespace fs = std::filesystem;

/// One file of ours, read once. `path` is relative to the top of the tree, with forward slashes.
struct SourceFile {
  std::string path{};
  std::string text{};

  [[nodiscard]] bool IsHeader() const { return path.ends_with(".hpp"); }
  [[nodiscard]] std::string Folder() const { return fs::path(path).parent_path().generic_string(); }
  [[nodiscard]] std::string Stem() const { return fs::path(path).stem().generic_string(); }
  [[nodiscard]] auto Lines() const { return std::count(text.begin(), text.end(), '\n'); }
};

inline std::string ReadFile(fs::path const& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Every file below the given top folders whose extension is listed, sorted by path. Build trees
/// are never below them.
inline std::vector<SourceFile> FilesBelow(std::vector<std::string> const& folders,
                                          std::vector<std::string> const& extensions = {".hpp",
                                                                                        ".cpp"}) {
  fs::path const top = ADXF_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (auto const& folder : folders) {
    if (!fs::exists(top / folder)) continue;
    for (auto const& entry : fs::recursive_directory_iterator(top / folder)) {
      auto const extension = entry.path().extension().string();
      if (!entry.is_regular_file() || std::ranges::find(extensions, extension) == extensions.end())
        continue;
      files.push_back({fs::relative(entry.path(), top).generic_string(), ReadFile(entry.path())});
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

/// An include line: the name between the quotes or angle brackets.
struct Include {
  std::string name{};
  bool is_quoted = false;
};

inline std::vector<Include> IncludesOf(SourceFile const& file) {
  static std::regex const kInclude(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
  std::vector<Include> includes;
  std::istringstream lines(file.text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_search(line, match, kInclude))
      includes.push_back({match[2].str(), match[1].str() == "\""});
  }
  return includes;
}

/// Where the comment or literal that starts at `at` ends; `at` itself when none starts there.
inline std::size_t EndOfProse(std::string const& text, std::size_t at) {
  auto const past = [&](std::string const& mark, std::size_t from) {
    auto const found = text.find(mark, from);
    return found == std::string::npos ? text.size() : found + mark.size();
  };
  if (text.compare(at, 2, "//") == 0) return std::min(text.find('\n', at), text.size());
  if (text.compare(at, 2, "/*") == 0) return past("*/", at + 2);
  if (text.compare(at, 2, "R\"") == 0) {
    auto const open = text.find('(', at);
    return open == std::string::npos ? at
                                     : past(")" + text.substr(at + 2, open - at - 2) + "\"", open);
  }
  auto const is_quote =
      text[at] == '"' ||
      (text[at] == '\'' && (at == 0 || !std::isalnum(static_cast<unsigned char>(text[at - 1]))));
  if (!is_quote) return at;
  auto end = at + 1;
  while (end < text.size() && text[end] != text[at] && text[end] != '\n')
    end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

/// The text without comments and without literals, so that a rule never trips over prose. Line ends
/// of comments stay.
inline std::string CodeOnly(std::string const& text) {
  std::string code;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = EndOfProse(text, at);
    if (end == at)
      code.push_back(text[at++]);
    else
      at = end;
  }
  return code;
}

/// "path: what" for each file whose code matches; an empty list means that the rule holds.
inline std::vector<std::string> Matches(std::vector<SourceFile> const& files,
                                        std::string const& pattern,
                                        std::vector<std::string> const& excepted = {}) {
  std::regex const forbidden(pattern);
  std::vector<std::string> breaches;
  for (auto const& file : files) {
    if (std::ranges::find(excepted, file.path) != excepted.end()) continue;
    auto const code = CodeOnly(file.text);
    std::smatch match;
    if (std::regex_search(code, match, forbidden))
      breaches.push_back(file.path + ": " + match.str());
  }
  return breaches;
}

}  // namespace adxf::arch

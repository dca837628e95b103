#include "emulator/kusto/csv.hpp"

#include <cstddef>
#include <utility>

namespace adxf::emulator::kusto {
namespace {

/// Reads the quoted cell that begins at `at`; returns the offset behind it.
std::size_t ReadQuoted(std::string_view text, std::size_t at, std::string& cell) {
  for (++at; at < text.size(); ++at) {
    if (text[at] != '"') {
      cell.push_back(text[at]);
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      cell.push_back('"');
      ++at;
    } else {
      return at + 1;
    }
  }
  return at;
}

}  // namespace

std::vector<std::vector<std::string>> ParseCsv(std::string_view text) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> record;
  std::string cell;
  auto const end_record = [&] {
    bool const is_blank = record.empty() && cell.find_first_not_of(" \t\r") == std::string::npos;
    if (!is_blank) {
      record.push_back(std::exchange(cell, {}));
      records.push_back(std::exchange(record, {}));
    }
    cell.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    char const symbol = text[at];
    if (symbol == '"' && cell.find_first_not_of(' ') == std::string::npos) {
      cell.clear();
      at = ReadQuoted(text, at, cell);
      continue;
    }
    ++at;
    if (symbol == '\n') {
      end_record();
    } else if (symbol == ',') {
      record.push_back(std::exchange(cell, {}));
    } else if (symbol != '\r') {
      cell.push_back(symbol);
    }
  }
  end_record();
  return records;
}

}  // namespace adxf::emulator::kusto

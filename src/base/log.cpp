#include "base/log.hpp"

#include "base/time_format.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <utility>

namespace adxf {
namespace {

std::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace: return "trace";
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarn: return "warn";
    case LogLevel::kError: return "error";
  }
  return "error";
}

/// What the first byte of a sequence says of its length.
std::size_t AnnouncedLength(unsigned char first) {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0x80 ? 2 : 1;
}

/// Length of the well-formed UTF-8 sequence at the front of `text`, or 0.
std::size_t SequenceLength(std::string_view text) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char const first = byte(0);
  auto const length = AnnouncedLength(first);
  if (length == 1) return 1;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Overlong forms, surrogates and what lies beyond U+10FFFF.
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f)) return 0;
  if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f)) return 0;
  return length;
}

/// Nearly all of nearly every text.
bool IsPlain(char character) {
  return character >= 0x20 && character < 0x7f && character != '"' && character != '\\';
}

void AppendEscapedAscii(std::string& out, char character) {
  switch (character) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  auto const code = static_cast<unsigned char>(character);
  if (code >= 0x20 && code != 0x7f) {
    out += character;
    return;
  }
  std::array<char, 8> escaped{};
  std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(code));
  out += escaped.data();
}

/// JSON string contents: no control character survives, so one line stays one line.
void AppendEscaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    auto const plain = std::ranges::find_if_not(text, IsPlain);
    out.append(text.begin(), plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) return;
    std::size_t const length = SequenceLength(text);
    if (length == 0) {
      out += "\\ufffd";
      text.remove_prefix(1);
      continue;
    }
    if (length == 1) {
      AppendEscapedAscii(out, text.front());
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
}

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  AppendEscaped(out, text);
  out += '"';
}

/// "nan" and "inf" are no JSON numbers.
bool IsBare(LogField const& field) {
  return field.kind != LogField::Kind::kText && !field.text.starts_with("nan") &&
         !field.text.starts_with("-nan") && !field.text.starts_with("inf") &&
         !field.text.starts_with("-inf");
}

std::string JsonLine(LogLevel level, std::string_view message, std::vector<LogField> const& fields,
                     TimePoint now) {
  std::string line = R"({"ts":")" + FormatRfc3339Micros(now) + R"(","level":")" +
                     std::string(NameOf(level)) + R"(","msg":)";
  AppendQuoted(line, message);
  for (auto const& field : fields) {
    line += ',';
    AppendQuoted(line, field.key);
    line += ':';
    if (IsBare(field)) {
      line += field.text;
    } else {
      AppendQuoted(line, field.text);
    }
  }
  return line + '}';
}

bool NeedsQuotes(std::string_view text) {
  return text.empty() || std::ranges::any_of(text, [](char c) {
           auto const code = static_cast<unsigned char>(c);
           return code <= 0x20 || code >= 0x7f || c == '"' || c == '=' || c == '\\';
         });
}

std::string TextLine(LogLevel level, std::string_view message, std::vector<LogField> const& fields,
                     TimePoint now) {
  std::string line = FormatRfc3339Micros(now);
  line += ' ';
  line += NameOf(level);
  line.append(6 - NameOf(level).size(), ' ');
  AppendEscaped(line, message);
  for (auto const& field : fields) {
    line += ' ';
    AppendEscaped(line, field.key);
    line += '=';
    if (NeedsQuotes(field.text)) {
      AppendQuoted(line, field.text);
    } else {
      line += field.text;
    }
  }
  return line;
}

class StderrSink final : public LogSink {
 public:
  StderrSink(LogLevel level, LogFormat format)
      : level_(level),
        format_(format),
        logger_("adx", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog::level::trace);  // Levels are judged here, before the line is built.
  }

  void Write(LogLevel level, std::string_view message,
             std::vector<LogField> const& fields) override {
    if (!IsEnabled(level)) return;
    auto const now = std::chrono::system_clock::now();
    std::string const line = format_ == LogFormat::kJson ? JsonLine(level, message, fields, now)
                                                         : TextLine(level, message, fields, now);
    logger_.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }

  [[nodiscard]] bool IsEnabled(LogLevel level) const override { return level >= level_; }

 private:
  LogLevel const level_;
  LogFormat const format_;
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<LogSink> MakeLogSink(LogLevel level, LogFormat format) {
  return std::make_unique<StderrSink>(level, format);
}

Log Log::With(std::initializer_list<LogField> fields) const {
  Log result = *this;
  for (auto const& field : fields) result.Add(field);
  return result;
}

void Log::Add(LogField const& field) {
  std::erase_if(context_, [&](LogField const& known) { return known.key == field.key; });
  context_.push_back(field);
}

void Log::Trace(std::string_view message, std::initializer_list<LogField> fields) const {
  Write(LogLevel::kTrace, message, std::span(fields.begin(), fields.size()));
}
void Log::Debug(std::string_view message, std::initializer_list<LogField> fields) const {
  Write(LogLevel::kDebug, message, std::span(fields.begin(), fields.size()));
}
void Log::Info(std::string_view message, std::initializer_list<LogField> fields) const {
  Write(LogLevel::kInfo, message, std::span(fields.begin(), fields.size()));
}
void Log::Warn(std::string_view message, std::initializer_list<LogField> fields) const {
  Write(LogLevel::kWarn, message, std::span(fields.begin(), fields.size()));
}
void Log::Error(std::string_view message, std::initializer_list<LogField> fields) const {
  Write(LogLevel::kError, message, std::span(fields.begin(), fields.size()));
}

void Log::Write(LogLevel level, std::string_view message, std::span<LogField const> fields) const {
  if (!sink_->IsEnabled(level)) return;
  std::vector<LogField> line;
  line.reserve(context_.size() + fields.size());
  std::ranges::copy_if(context_, std::back_inserter(line), [&](LogField const& it) {
    return std::ranges::find(fields, it.key, &LogField::key) == fields.end();
  });
  line.insert(line.end(), fields.begin(), fields.end());
  sink_->Write(level, message, line);
}

}  // namespace adxf

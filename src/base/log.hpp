#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/shared_text.hpp"

#include <chrono>
#include <concepts>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adxf {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError };
enum class LogFormat { kJson, kText };

/// One fact of a log line. The value is text, a whole number, a float, a truth value, or JSON of
/// one line.
struct LogField {
  enum class Kind { kText, kNumber, kFloat, kBool, kJson };
  std::string key{};
  std::string text{};
  Kind kind = Kind::kText;
};

/// A list or an object, written as it is: it must be valid and of one line.
struct JsonText {
  std::string text{};
};

inline LogField kv(std::string_view key, std::string_view value) {
  return {std::string(key), std::string(value), LogField::Kind::kText};
}
inline LogField kv(std::string_view key, char const* value) {
  return kv(key, std::string_view(value));
}
inline LogField kv(std::string_view key, std::string const& value) {
  return kv(key, std::string_view(value));
}
inline LogField kv(std::string_view key, SharedText const& value) {
  return kv(key, std::string_view(value));
}
inline LogField kv(std::string_view key, bool value) {
  return {std::string(key), value ? "true" : "false", LogField::Kind::kBool};
}
inline LogField kv(std::string_view key, std::integral auto value) {
  return {std::string(key), std::to_string(value), LogField::Kind::kNumber};
}
inline LogField kv(std::string_view key, std::floating_point auto value) {
  return {std::string(key), std::to_string(value), LogField::Kind::kFloat};
}
inline LogField kv(std::string_view key, JsonText json) {
  return {std::string(key), std::move(json.text), LogField::Kind::kJson};
}
/// Logging a credential does not compile.
LogField kv(std::string_view key, Secret const& value) = delete;

/// Where log lines go. One method, thread-safe.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void Write(LogLevel level, std::string_view message,
                     std::vector<LogField> const& fields) = 0;
  [[nodiscard]] virtual bool IsEnabled(LogLevel level) const = 0;
};

/// spdlog to standard error; JSON has one object per line with keys ts, level, msg and the fields.
std::unique_ptr<LogSink> MakeLogSink(LogLevel level, LogFormat format);

/// Structured logger: constant lower-case message, facts as key-values. Cheap to copy.
class Log {
 public:
  explicit Log(LogSink& sink) : sink_(&sink) {}

  /// A logger that adds `fields` to every line.
  [[nodiscard]] Log With(std::initializer_list<LogField> fields) const;

  void Trace(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void Debug(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void Info(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void Warn(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void Error(std::string_view message, std::initializer_list<LogField> fields = {}) const;

  /// A line whose level, or whose fields, only the run tells.
  void Write(LogLevel level, std::string_view message, std::span<LogField const> fields) const;

  [[nodiscard]] bool IsEnabled(LogLevel level) const { return sink_->IsEnabled(level); }

 private:
  void Add(LogField const& field);

  LogSink* sink_;
  std::vector<LogField> context_;
};

}  // namespace adxf

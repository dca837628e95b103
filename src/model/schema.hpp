#pragma once

#include "base/shared_text.hpp"
#include "model/describe.hpp"
#include "model/timestamp.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// OpenAPI v3 structural schemas and CustomResourceDefinitions from Describe tables. Heavy: include
/// it in one `.cpp` per kind.
namespace adxf::model::schema {

/// Keeps the order in which things were added, so that the output is the same every time.
using Node = nlohmann::ordered_json;

struct PrinterColumn {
  std::string_view name;
  std::string_view json_path;
  std::string_view description;
  std::string_view type = "string";
  int priority = 0;  ///< 1: only with -o wide.
};

struct KindInfo {
  std::string_view kind;
  std::string_view plural;
  std::string_view singular;
  std::string_view short_name;
  std::string_view description;
  std::vector<PrinterColumn> columns{};
  Rules rules{};  ///< Over the whole object.
};

/// The CustomResourceDefinition: namespaced, version v1alpha1, category adx, with the status
/// subresource and the default status {observedGeneration: -1}, so that a new object never looks
/// done.
Node CustomResourceDefinition(KindInfo const& info, Node spec, Node status);

/// The same value gives the same bytes. The first line says that the text is generated and by what.
std::string ToYaml(Node const& document);

void AddType(Node& node, std::string_view type, std::string_view format = {});
void AddValueOptions(Node& node, FieldOptions const& options);
void AddListOptions(Node& node, FieldOptions const& options);
void AddRules(Node& node, Rules const& rules);
void AddImmutability(Node& node, std::string_view field, bool is_always_there);

template <class T>
struct SchemaOf;

template <>
struct SchemaOf<std::string> {
  static void Fill(Node& node, FieldOptions const& options) {
    AddType(node, "string", options.format);
    AddValueOptions(node, options);
  }
};

template <>
struct SchemaOf<SharedText> : SchemaOf<std::string> {};

template <>
struct SchemaOf<bool> {
  static void Fill(Node& node, FieldOptions const& options) {
    AddType(node, "boolean");
    AddValueOptions(node, options);
  }
};

template <>
struct SchemaOf<std::int64_t> {
  static void Fill(Node& node, FieldOptions const& options) {
    AddType(node, "integer", "int64");
    AddValueOptions(node, options);
  }
};

template <>
struct SchemaOf<Timestamp> {
  static void Fill(Node& node, FieldOptions const& options) {
    AddType(node, "string", "date-time");
    AddValueOptions(node, options);
  }
};

template <>
struct SchemaOf<std::map<std::string, std::string>> {
  static void Fill(Node& node, FieldOptions const& options) {
    AddType(node, "object");
    Node& values = node["additionalProperties"];
    AddType(values, "string");
    if (options.max_length) values["maxLength"] = *options.max_length;
    if (options.max_items) node["maxProperties"] = *options.max_items;
    AddRules(node, options.rules);
  }
};

template <DescribedEnum E>
struct SchemaOf<E> {
  static void Fill(Node& node, FieldOptions const& options) {
    AddType(node, "string");
    for (auto const& [value, name] : Describe<E>::values) node["enum"].push_back(std::string(name));
    AddValueOptions(node, options);
  }
};

template <Optional T>
struct SchemaOf<T> {
  static void Fill(Node& node, FieldOptions const& options) {
    SchemaOf<typename T::value_type>::Fill(node, options);
  }
};

template <class T>
struct SchemaOf<std::vector<T>> {
  static void Fill(Node& node, FieldOptions const& options) {
    AddType(node, "array");
    AddListOptions(node, options);
    FieldOptions item_options;
    item_options.min_length = options.min_length;
    item_options.max_length = options.max_length;
    item_options.pattern = options.pattern;
    item_options.rules = options.items_rules;
    SchemaOf<T>::Fill(node["items"], item_options);
    AddRules(node, options.rules);
  }
};

template <DescribedStruct T>
struct SchemaOf<T> {
  static void Fill(Node& node, FieldOptions const& options) {
    AddType(node, "object");
    if (!options.default_json.empty()) node["default"] = Node::parse(options.default_json);
    Node required = Node::array();
    Node& properties = node["properties"];
    ForEachField<T>([&](auto const& entry) {
      using Member = std::remove_cvref_t<decltype(std::declval<T&>().*entry.member)>;
      Node& property = properties[std::string(entry.name)];
      property["description"] = std::string(entry.description);
      SchemaOf<Member>::Fill(property, entry.options);
      if (entry.options.required) required.push_back(std::string(entry.name));
    });
    if (!required.empty()) node["required"] = required;
    if constexpr (requires { Describe<T>::rules; }) AddRules(node, Describe<T>::rules);
    AddRules(node, options.rules);
    ForEachField<T>([&](auto const& entry) {
      bool const is_always_there = entry.options.required || !entry.options.default_json.empty();
      if (entry.options.immutable) AddImmutability(node, entry.name, is_always_there);
    });
  }
};

/// The schema of a described struct with its own description.
template <DescribedStruct T>
Node Make(std::string_view description) {
  Node node = Node::object();
  node["description"] = std::string(description);
  SchemaOf<T>::Fill(node, {});
  return node;
}

}  // namespace adxf::model::schema

{{- define "adx-follower-operator.kinds" -}}followerdatabases datashares invitations{{- end -}}

{{/* What the operator does with objects of the watched namespaces; nothing more is ever asked for. */}}
{{- define "adx-follower-operator.rules" -}}
{{- $kinds := include "adx-follower-operator.kinds" . | splitList " " -}}
- apiGroups: [adxfollower.io]
  resources: [{{ join ", " $kinds }}]
  # patch: finalizers only.
  verbs: [get, list, watch, patch]
- apiGroups: [adxfollower.io]
  resources: [{{ join "/status, " $kinds }}/status]
  verbs: [update]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
# By name only: neither list nor watch.
- apiGroups: [""]
  resources: [secrets]
  {{- with .Values.rbac.credentialsSecretNames }}
  resourceNames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  verbs: [get]
{{- end -}}

{{/* A binding's last part: (list $ KIND NAME) */}}
{{- define "adx-follower-operator.bound" -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ index . 1 }}
  name: {{ index . 2 | quote }}
subjects:
- kind: ServiceAccount
  name: {{ include "adx-follower-operator.serviceAccountName" (index . 0) }}
  namespace: {{ (index . 0).Release.Namespace }}
{{- end -}}

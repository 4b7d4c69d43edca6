// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice A named repository of versions.
type ModelId is bytes32;

/// @notice One immutable version of a model; the id commits to everything that was published.
type VersionId is bytes32;

/// @notice One request on one hub of one chain; the id commits to everything that was asked for.
type RequestId is bytes32;

using {equals as ==} for ModelId global;
using {differs as !=} for ModelId global;
using {equalsVersion as ==} for VersionId global;
using {differsVersion as !=} for VersionId global;
using {equalsRequest as ==} for RequestId global;
using {differsRequest as !=} for RequestId global;

function equals(ModelId left, ModelId right) pure returns (bool) {
    return ModelId.unwrap(left) == ModelId.unwrap(right);
}

function differs(ModelId left, ModelId right) pure returns (bool) {
    return ModelId.unwrap(left) != ModelId.unwrap(right);
}

function equalsVersion(VersionId left, VersionId right) pure returns (bool) {
    return VersionId.unwrap(left) == VersionId.unwrap(right);
}

function differsVersion(VersionId left, VersionId right) pure returns (bool) {
    return VersionId.unwrap(left) != VersionId.unwrap(right);
}

function equalsRequest(RequestId left, RequestId right) pure returns (bool) {
    return RequestId.unwrap(left) == RequestId.unwrap(right);
}

function differsRequest(RequestId left, RequestId right) pure returns (bool) {
    return RequestId.unwrap(left) != RequestId.unwrap(right);
}

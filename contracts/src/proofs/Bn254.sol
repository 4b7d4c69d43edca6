// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev The order of the groups: scalars are taken modulo this.
uint256 constant ORDER = 21_888_242_871_839_275_222_246_405_745_257_275_088_548_364_400_416_034_343_698_204_186_575_808_495_617;

/// @notice A sum of points of G1 in the making. The last three words are room for the term that comes next.
struct Sum {
    uint256 x;
    uint256 y;
    uint256 termX;
    uint256 termY;
    uint256 scalar;
}

/// @title The curve, as far as the precompiles have it
/// @notice A point of G1 is two words, x and y, and (0, 0) is infinity. A point of G2 is four, as in EIP-197.
/// @dev The precompiles take all gas that they are given where a point is none. So every point is held against the curve's equation first, which
/// costs seventy gas; after that a precompile can fail only for want of gas, and that is the caller's: it reverts.
library Bn254 {
    /// @notice A precompile failed on valid points: too little gas was left, or the chain does not have it.
    error PrecompileFailed(uint256 precompile);

    /// Coordinates are below this.
    uint256 internal constant MODULUS =
        21_888_242_871_839_275_222_246_405_745_257_275_088_696_311_157_297_823_662_689_037_894_645_226_208_583;

    /// The negative of the generator of G2.
    uint256 internal constant MINUS_G2_0 =
        11_559_732_032_986_387_107_991_004_021_392_285_783_925_812_861_821_192_530_917_403_151_452_391_805_634;
    uint256 internal constant MINUS_G2_1 =
        10_857_046_999_023_057_135_944_570_762_232_829_481_370_756_359_578_518_086_990_519_993_285_655_852_781;
    uint256 internal constant MINUS_G2_2 =
        17_805_874_995_975_841_540_914_202_342_111_839_520_379_459_829_704_422_454_583_296_818_431_106_115_052;
    uint256 internal constant MINUS_G2_3 =
        13_392_588_948_715_843_804_641_432_497_768_002_650_278_120_570_034_223_513_918_757_245_338_268_106_653;

    uint256 private constant ADD = 6;
    uint256 private constant MUL = 7;
    uint256 private constant PAIRING = 8;

    /// @notice Whether it is on the curve, or infinity.
    function isPoint(uint256 x, uint256 y) internal pure returns (bool isOne) {
        uint256 modulus = MODULUS;
        assembly ("memory-safe") {
            let isOnCurve := eq(mulmod(y, y, modulus), addmod(mulmod(mulmod(x, x, modulus), x, modulus), 3, modulus))
            isOne := or(iszero(or(x, y)), and(isOnCurve, and(lt(x, modulus), lt(y, modulus))))
        }
    }

    /// @notice Whether what stands in calldata is a point.
    function isPointAt(uint256 at) internal pure returns (bool) {
        return isPoint(wordAt(at), wordAt(at + 32));
    }

    function wordAt(uint256 at) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(at)
        }
    }

    /// @notice Adds the point at a place in calldata, which must be one.
    function add(Sum memory sum, uint256 at) internal view {
        assembly ("memory-safe") {
            calldatacopy(add(sum, 64), at, 64)
        }
        _addTerm(sum);
    }

    /// @notice Adds a multiple of the point at a place in calldata, which must be one.
    function addScaled(Sum memory sum, uint256 at, uint256 scalar) internal view {
        assembly ("memory-safe") {
            calldatacopy(add(sum, 64), at, 64)
        }
        _addScaledTerm(sum, scalar);
    }

    /// @notice Adds a multiple of a point.
    function addScaled(Sum memory sum, uint256 x, uint256 y, uint256 scalar) internal view {
        (sum.termX, sum.termY) = (x, y);
        _addScaledTerm(sum, scalar);
    }

    /// @notice Whether the product of the pairings is one.
    /// @param pairs Six words each.
    function isPairingOne(uint256[] memory pairs) internal view returns (bool isOne) {
        bool succeeded;
        assembly ("memory-safe") {
            succeeded := staticcall(gas(), PAIRING, add(pairs, 32), mul(mload(pairs), 32), 0, 32)
            succeeded := and(succeeded, eq(returndatasize(), 32))
            isOne := eq(mload(0), 1)
        }
        require(succeeded, PrecompileFailed(PAIRING));
    }

    function _addScaledTerm(Sum memory sum, uint256 scalar) private view {
        sum.scalar = scalar;
        bool succeeded;
        assembly ("memory-safe") {
            let term := add(sum, 64)
            succeeded := staticcall(gas(), MUL, term, 96, term, 64)
            succeeded := and(succeeded, eq(returndatasize(), 64))
        }
        require(succeeded, PrecompileFailed(MUL));
        _addTerm(sum);
    }

    function _addTerm(Sum memory sum) private view {
        bool succeeded;
        assembly ("memory-safe") {
            succeeded := staticcall(gas(), ADD, sum, 128, sum, 64)
            succeeded := and(succeeded, eq(returndatasize(), 64))
        }
        require(succeeded, PrecompileFailed(ADD));
    }
}

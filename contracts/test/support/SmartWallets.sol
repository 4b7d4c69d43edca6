// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// A wallet whose owner's signatures are its own, if it is enabled.
contract OwnedWallet is IERC1271 {
    address public immutable OWNER;
    bool public disabled;

    constructor(address owner) {
        OWNER = owner;
    }

    function disable(bool value) external {
        disabled = value;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (disabled || signature.length != 65) return 0xffffffff;
        (bytes32 r, bytes32 s) = abi.decode(signature[:64], (bytes32, bytes32));
        return ecrecover(hash, uint8(signature[64]), r, s) == OWNER ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// Deploys owned wallets where their address can be told before.
contract OwnedWalletFactory {
    function deploy(address owner, bytes32 salt) external returns (address) {
        return address(new OwnedWallet{salt: salt}(owner));
    }

    function addressOf(address owner, bytes32 salt) external view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(OwnedWallet).creationCode, abi.encode(owner)));
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), salt, code)))));
    }

    function enable(OwnedWallet wallet) external {
        wallet.disable(false);
    }
}

/// A wallet that answers to every question in one of the wrong ways.
contract MisbehavingWallet {
    enum Fault {
        OtherMagic,
        ShortMagic,
        NoAnswer,
        DirtyPadding,
        RevertWithReason,
        InvalidOpcode,
        WriteState,
        MagicAndMore
    }

    Fault public immutable FAULT;
    uint256 public writes;

    error NotMine(bytes32 hash);

    constructor(Fault fault) {
        FAULT = fault;
    }

    fallback() external {
        bytes32 magic = bytes32(IERC1271.isValidSignature.selector);
        if (FAULT == Fault.OtherMagic) _return(abi.encode(bytes4(0x20c13b0b)));
        if (FAULT == Fault.ShortMagic) _return(abi.encodePacked(IERC1271.isValidSignature.selector));
        if (FAULT == Fault.NoAnswer) _return("");
        if (FAULT == Fault.DirtyPadding) _return(abi.encode(uint256(magic) | 1));
        if (FAULT == Fault.RevertWithReason) revert NotMine(bytes32(msg.data[4:36]));
        if (FAULT == Fault.WriteState) writes++;
        if (FAULT == Fault.InvalidOpcode) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        _return(abi.encode(magic, uint256(1)));
    }

    function _return(bytes memory answer) private pure {
        assembly ("memory-safe") {
            return(add(answer, 32), mload(answer))
        }
    }
}

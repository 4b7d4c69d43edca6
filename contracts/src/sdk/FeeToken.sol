// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What the SDK needs of an ERC-20 token.
interface IFeeToken {
    function balanceOf(address account) external view returns (uint256);

    function transfer(address to, uint256 amount) external returns (bool);

    function transferFrom(address from, address to, uint256 amount) external returns (bool);

    function approve(address spender, uint256 amount) external returns (bool);
}

/// @notice Calls of tokens that succeed or revert: with those that return true, and with the older ones that return nothing.
library FeeToken {
    error TokenCallFailed(address token, bytes returned);

    function safeTransfer(IFeeToken token, address to, uint256 amount) internal {
        _call(token, abi.encodeCall(token.transfer, (to, amount)));
    }

    function safeTransferFrom(IFeeToken token, address from, address to, uint256 amount) internal {
        _call(token, abi.encodeCall(token.transferFrom, (from, to, amount)));
    }

    /// @notice Sets an allowance. Some tokens change one only from zero: whoever spends all that he was allowed leaves it there.
    function safeApprove(IFeeToken token, address spender, uint256 amount) internal {
        _call(token, abi.encodeCall(token.approve, (spender, amount)));
    }

    function _call(IFeeToken token, bytes memory data) private {
        (bool succeeded, bytes memory returned) = address(token).call(data);
        // A call to an address without code succeeds, and moves nothing.
        bool isTrue =
            returned.length == 0 ? address(token).code.length > 0 : returned.length >= 32 && abi.decode(returned, (uint256)) == 1;
        require(succeeded && isTrue, TokenCallFailed(address(token), returned));
    }
}
